// One field that finds a person in the list, and adds one who is not in it. `/` or Ctrl-K leads to it.

import { UserPlus } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { readAddress, realmOf } from "../address";
import { Button } from "../design/button";
import { Field } from "../design/field";
import "./find-person.css";
import { useLine, useNames } from "./line-context";
import { entriesOf, matches } from "./people";
import { goTo } from "./place";
import { useObservable } from "./use-observable";

export interface FindPersonProps {
  readonly wanted: string;
  readonly onWanted: (text: string) => void;
}

export function FindPerson({ wanted, onWanted }: FindPersonProps) {
  const line = useLine();
  const field = useRef<HTMLInputElement>(null);
  const people = useObservable(line.roster.people);
  const conversations = useObservable(line.conversations.all);
  const entries = entriesOf(people, conversations, useNames());
  const address = wanted.trim() === "" ? undefined : readAddress(wanted, realmOf(line.aor));
  const isNew =
    address !== undefined && address !== line.aor && !people.some((each) => each.address === address);
  useFocusKeys(field);

  const open = (peer: string) => {
    onWanted("");
    goTo({ kind: "conversation", peer });
  };
  const add = () => {
    if (address === undefined) return;
    line.roster.add(address);
    open(address);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape") onWanted("");
    if (event.key !== "Enter" || wanted.trim() === "") return;
    event.preventDefault();
    const found = entries.filter((entry) => matches(entry, wanted));
    const exact =
      found.find((entry) => entry.address === address) ?? (found.length === 1 ? found[0] : undefined);
    if (exact !== undefined) open(exact.address);
    else if (isNew) add();
  };
  return (
    <search className="find-person">
      <Field
        ref={field}
        label="Find or add a person"
        hideLabel
        placeholder="Find or add a person"
        type="search"
        value={wanted}
        onValue={onWanted}
        onKeyDown={pressed}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={200}
      />
      {isNew && (
        <Button small icon={<UserPlus aria-hidden="true" />} onClick={add} className="find-person-add">
          Add {address}
        </Button>
      )}
    </search>
  );
}

/** Ctrl-K anywhere, and `/` outside of a field, lead to the field. */
function useFocusKeys(field: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const pressed = (event: globalThis.KeyboardEvent) => {
      const writing = event.target instanceof Element && event.target.matches("input, textarea, select");
      const isFind =
        (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) ||
        (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
      if (!isFind || document.querySelector("[role=dialog]") !== null) return;
      event.preventDefault();
      if (field.current?.checkVisibility()) return field.current.focus();
      // On a phone the list has to be shown first.
      goTo({ kind: "list" });
      setTimeout(() => field.current?.focus(), 50);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [field]);
}
