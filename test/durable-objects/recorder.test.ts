// The flight recorder in real objects: what is recorded at two homes, how it is joined, and that nothing stays behind.

import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Ladder } from "../../src/contracts/ladder";
import { CallSide, place, respond } from "../support/call";
import { Phone } from "../support/phone";
import { hibernate, makeAccount, online, password } from "./support/homes";
import { administer, openSocket } from "./support/worker";

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

const instances = ["f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "6f85d4e3-e8aa-46aa-b768-bf39d5912143"] as const;
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const open: Phone[] = [];
let pairs = 0;

afterEach(() => {
  vi.useRealTimers();
  for (const phone of open.splice(0)) phone.hangUp();
});

async function record(aor: string, order: object = { seconds: 600 }): Promise<void> {
  const answer = await administer("PUT", `/v1/accounts/${aor}/recording`, order);
  expect(answer.status).toBe(200);
}

/** Alice and Bob, both recorded; Bob on Firefox. */
async function world({ leaves = false, bobIsThere = true, order = { seconds: 600 } as object } = {}) {
  const suffix = `${++pairs}@example.com`;
  const [alice, bob] = [await makeAccount(`flies${suffix}`), await makeAccount(`lands${suffix}`)];
  for (const aor of [alice, bob]) await record(aor, order);
  const a = await online(alice, "named", { instance: instances[0] });
  open.push(a);
  const rest = async (): Promise<void> => {
    if (leaves) for (const aor of [alice, bob]) await hibernate(aor);
  };
  const socket = await openSocket(`/?aor=${bob}`, { "User-Agent": firefox });
  const b = new Phone(socket, { aor: bob, password, instance: instances[1] });
  open.push(b);
  if (bobIsThere) expect((await b.register()).status).toBe(200);
  return { alice, bob, a, b, rest };
}

async function ladder(aor: string, callId: string, query = ""): Promise<Ladder> {
  const answer = await administer("GET", `/v1/accounts/${aor}/ladders/${encodeURIComponent(callId)}${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Ladder;
}

const shown = ({ lanes, lines }: Ladder): readonly string[] =>
  lines.map(({ from, to, label }) => {
    const name = (id: string): string => lanes.find((lane) => lane.id === id)?.label ?? id;
    return `${name(from)} -> ${name(to)}: ${label}`.replaceAll(/(flies|lands)\d+/g, "$1");
  });

describe.each([
  ["awake", false],
  ["out of memory between any two steps", true],
] as const)("with homes that are %s", (_, leaves) => {
  it("a call is one ladder, joined from both homes, in the order of what caused what", async () => {
    const { a, b, alice, rest } = await world({ leaves });
    const placed = place(a, b.aor);
    await a.hears(placed.callId, placed.cseq, 100);
    const invite = await b.receive("INVITE");
    await rest();
    respond(b, invite, 180);
    await a.hears(placed.callId, placed.cseq, 180);
    await rest();
    respond(b, invite, 200);
    const answer = await a.responseTo(placed.callId, placed.cseq);
    await rest();
    const caller = CallSide.ofCaller(a, answer);
    caller.ack();
    await b.receive("ACK");
    await rest();
    const bye = caller.send("BYE");
    b.answer(await b.receive("BYE"), 200);
    expect((await a.responseTo(caller.callId, bye)).status).toBe(200);
    const found = await ladder(alice, placed.callId);
    expect(shown(found)).toEqual([
      "flies · device -> flies@example.com: INVITE",
      "flies@example.com -> lands@example.com: INVITE",
      "lands@example.com -> lands · Firefox: INVITE",
      "flies@example.com -> flies · device: 100 Trying",
      "lands · Firefox -> lands@example.com: 180 OK",
      "lands@example.com -> flies@example.com: 180 OK",
      "flies@example.com -> flies · device: 180 OK",
      "lands · Firefox -> lands@example.com: 200 OK",
      "lands@example.com -> flies@example.com: 200 OK",
      "flies@example.com -> flies · device: 200 OK",
      "flies · device -> flies@example.com: ACK",
      "flies@example.com -> lands@example.com: ACK",
      "lands@example.com -> lands · Firefox: ACK",
      "flies · device -> flies@example.com: BYE",
      "flies@example.com -> lands@example.com: BYE",
      "lands@example.com -> lands · Firefox: BYE",
      "lands · Firefox -> lands@example.com: 200 OK",
      "lands@example.com -> flies@example.com: 200 OK",
      "flies@example.com -> flies · device: 200 OK",
    ]);
    expect(found.verdict).toMatchObject({ failed: false, title: "Answered, and hung up" });
    expect(found.missing).toBeUndefined();
  });
});
