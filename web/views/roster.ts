// The list of people: presence, what they say of themselves, and how many of their messages are unread.

import { readAddress, realmOf, userOf } from "../address";
import type { Presence } from "../line/presence-document";
import { byId, fromTemplate, onSubmit } from "./dom";
import { presenceDot, presenceWords } from "./words";

export interface RosterView {
  add(address: string): void;
  presence(address: string, presence: Presence | undefined): void;
  unread(address: string, count: number): void;
  current(address: string): void;
  clear(): void;
}

export function rosterView(
  ownRealm: () => string | undefined,
  picked: (address: string) => void,
  added: (address: string) => void,
): RosterView {
  const list = byId("roster", HTMLUListElement);
  const field = byId("person", HTMLInputElement);
  const rows = new Map<string, ReturnType<typeof fromTemplate>>();

  onSubmit(byId("add-person", HTMLFormElement), () => {
    const address = readAddress(field.value, ownRealm());
    field.setCustomValidity(address === undefined ? "An address looks like bob@example.com." : "");
    if (!field.reportValidity() || address === undefined) return;
    field.value = "";
    added(address);
  });
  field.addEventListener("input", () => field.setCustomValidity(""));

  return {
    add(address) {
      if (rows.has(address)) return;
      const row = fromTemplate("person-row");
      row.part("name").textContent = realmOf(address) === ownRealm() ? userOf(address) : address;
      row.part("person").title = address;
      row.part("person").addEventListener("click", () => picked(address));
      rows.set(address, row);
      list.append(row.root);
    },
    presence(address, presence) {
      const row = rows.get(address);
      if (row === undefined) return;
      row.part("dot").dataset["state"] = presenceDot(presence);
      row.part("saying").textContent = presenceWords(presence);
    },
    unread(address, count) {
      const badge = rows.get(address)?.part("unread");
      if (badge === undefined) return;
      badge.textContent = String(count);
      badge.ariaLabel = `${count} unread`;
      badge.hidden = count === 0;
    },
    current(address) {
      for (const [each, row] of rows) row.part("person").ariaCurrent = String(each === address);
    },
    clear() {
      rows.clear();
      list.replaceChildren();
    },
  };
}
