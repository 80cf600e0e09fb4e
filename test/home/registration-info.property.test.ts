// RFC 3680: whatever devices do, in whatever order, the last word to who watches is where the user is registered, and no
// contact that was told as active is gone without having been told as terminated.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Frame } from "../../src/sip/frame";
import { Client, registered } from "./support/client";
import { bob, desk, phone } from "./support/pair";
import { bodyOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { Watcher } from "./support/watcher";

const device = fc.nat({ max: 2 });
const actions = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom("come", "leave", "unregister", "reload"), device }),
    fc.record({ kind: fc.constant("wait"), milliseconds: fc.constantFrom(1, 400, 3_000, 12_000, 40_000) }),
  ),
  { maxLength: 25 },
);

interface Told {
  readonly active: readonly string[];
  readonly terminated: readonly string[];
}

function toldIn(frame: Frame): Told {
  const contacts = [...bodyOf(frame).matchAll(/<contact [^>]*?state="(\w+)"[\s\S]*?<uri>sip:([\w-]+)@/g)];
  const pagesThat = (wanted: string) =>
    contacts.flatMap(([, state, page = ""]) => (state === wanted ? [page] : []));
  return { active: pagesThat("active"), terminated: pagesThat("terminated") };
}

/** The watching phone, a desk with two tabs, and a client without an instance-id. */
function world(evicts: boolean) {
  const network = new VirtualNetwork({ evicts }).withAccounts(bob);
  const b = registered(network, bob, "phone", { instance: phone, answers: () => 200 });
  const own = new Watcher(b, bob, "reg");
  own.subscribe(3600, ["Event: reg"]);
  const others = [
    new Client(network, bob, "desk", { instance: desk, answers: () => 200 }),
    new Client(network, bob, "tab", { instance: desk, answers: () => 200 }),
    new Client(network, bob, "old", { answers: () => 200 }),
  ];
  const isThere = (client: Client) => client.socket !== "" && network.home(bob).isOpen(client.socket);
  return { network, b, own, others, isThere };
}

describe("RFC 3680 §4.7: the last NOTIFY is true, and says what has ended", () => {
  it.each([false, true])("evicted between any two steps: %s", (evicts) => {
    fc.assert(
      fc.property(actions, (steps) => {
        const { network, b, own, others, isThere } = world(evicts);
        const registers = new Set<Client>();
        const told: Told[] = [];
        const wait = (milliseconds: number) => {
          network.advance(milliseconds);
          b.register();
          for (const client of registers) if (isThere(client)) client.register();
          told.push(...own.notifies().map(toldIn));
        };
        for (const [at, step] of steps.entries()) {
          if ("milliseconds" in step) {
            wait(step.milliseconds);
            continue;
          }
          const client = others[step.device] as Client;
          const mayCome = step.kind === "come" || step.kind === "reload";
          if (step.kind === "reload" && isThere(client)) client.close();
          if (step.kind === "reload") client.page = `${client.page.split("-")[0]}-${at}`;
          if (mayCome) {
            if (!isThere(client)) client.connect();
            client.register();
            registers.add(client);
          } else if (isThere(client)) {
            if (step.kind === "leave") client.close();
            else client.register({ expires: 0 });
            registers.delete(client);
          }
        }
        wait(20_000);
        wait(1_000);
        const here = [b, ...others].filter(
          (client) => client === b || (registers.has(client) && isThere(client)),
        );
        expect([...(told.at(-1)?.active ?? [])].sort()).toEqual(here.map(({ page }) => page).sort());
        for (const [at, { active }] of told.entries()) {
          const next = told[at + 1];
          if (next === undefined) break;
          const gone = active.filter((page) => !next.active.includes(page));
          expect(next.terminated).toEqual(expect.arrayContaining(gone));
        }
      }),
      { seed: 20_261_128, numRuns: 60 },
    );
  });
});
