// What may be decided about calls (src/http/admin/rule-schemas.ts), asked of the whole API: what fails here reached no
// object.

import { beforeAll, describe, expect, it, vi } from "vitest";
import { ask, jsonBody } from "../gateway";

interface Problem {
  readonly status: number;
  readonly errors?: readonly { readonly where: string; readonly detail: string }[];
}

async function put(change: object): Promise<Problem> {
  const path = "/v1/accounts/alice@example.com";
  return (await (await ask(path, jsonBody(change, "PUT"))).json()) as Problem;
}

/** A change that is well formed is asked of the home, which fails in these tests. */
const isTaken = ({ status }: Problem): boolean => status >= 500;

beforeAll(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

describe("the rules of a user", () => {
  it.each([
    {},
    { doNotDisturb: true },
    { forward: { always: "carol@example.com" } },
    { forward: { busy: "sip:carol@example.com", noAnswer: { to: "sips:desk@pbx.example.net", after: 20 } } },
  ])("%j are taken", async (rules) => {
    expect(isTaken(await put({ rules }))).toBe(true);
  });

  it("are taken away by null, as a group is", async () => {
    expect(isTaken(await put({ rules: null, group: null }))).toBe(true);
  });

  it.each([
    [{ doNotDisturb: "yes" }, "#/rules/doNotDisturb"],
    [{ forward: { always: "tel:+15551234" } }, "#/rules/forward/always"],
    [{ forward: { always: "nobody" } }, "#/rules/forward/always"],
    [{ forward: { always: "sip:carol@example.com?Subject=x" } }, "#/rules/forward/always"],
    [{ forward: { always: `sip:${"a".repeat(300)}@example.com` } }, "#/rules/forward/always"],
    [{ forward: { always: "sip:carol@example.com\r\nX: y" } }, "#/rules/forward/always"],
    [{ forward: { noAnswer: { to: "carol@example.com", after: 4 } } }, "#/rules/forward/noAnswer/after"],
    [{ forward: { noAnswer: { to: "carol@example.com", after: 121 } } }, "#/rules/forward/noAnswer/after"],
    [{ forward: { noAnswer: { to: "carol@example.com" } } }, "#/rules/forward/noAnswer/after"],
    [{ forward: { never: "carol@example.com" } }, "#/rules/forward/never"],
    [{ forward: { always: "ALICE@example.com" } }, "#/rules/forward/always"],
  ])("%j are refused at %s", async (rules, where) => {
    const { status, errors } = await put({ rules });
    expect([status, errors?.[0]?.where]).toEqual([400, where]);
  });
});

describe("a ring group", () => {
  const members = ["bob@example.com", "carol@example.com"];

  it.each([{ members }, { members, order: "sequential", ringFor: 15 }])("%j is taken", async (group) => {
    expect(isTaken(await put({ group }))).toBe(true);
  });

  it.each([
    [{ members: [] }, "#/group/members"],
    [{ members: Array.from({ length: 51 }, (_, at) => `u${at}@example.com`) }, "#/group/members"],
    [{ members: ["bob@example.com", "sip:bob@example.com"] }, "#/group/members/1"],
    [{ members: ["alice@example.com"] }, "#/group/members/0"],
    [{ members, order: "at random" }, "#/group/order"],
    [{ members, ringFor: 1 }, "#/group/ringFor"],
  ])("%j is refused at %s", async (group, where) => {
    const { status, errors } = await put({ group });
    expect([status, errors?.[0]?.where]).toEqual([400, where]);
  });
});
