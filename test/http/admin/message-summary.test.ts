// What an administrator may say of messages that wait elsewhere (RFC 3842 §3.5): what fails here reached no object.

import { beforeAll, describe, expect, it, vi } from "vitest";
import { ask, jsonBody } from "../gateway";

interface Problem {
  readonly status: number;
  readonly errors?: readonly { readonly where: string; readonly detail: string }[];
}

const path = "/v1/accounts/alice@example.com/message-summary";
const put = async (counts: unknown): Promise<Problem> =>
  (await (await ask(path, jsonBody(counts, "PUT"))).json()) as Problem;

beforeAll(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

describe("PUT /v1/accounts/{aor}/message-summary", () => {
  // One that is well formed is asked of the home, which fails in these tests.
  it.each([
    {},
    { voice: { new: 2, old: 8, urgentNew: 1, urgentOld: 0 } },
    { fax: { new: 0, old: 2 ** 32 - 1 }, none: { new: 1, old: 0 } },
  ])("%j is taken", async (counts) => {
    expect((await put(counts)).status).toBe(500);
  });

  it.each([
    [{ voice: { new: 1 } }, "#/voice/old"],
    [{ voice: { new: -1, old: 0 } }, "#/voice/new"],
    [{ voice: { new: 0.5, old: 0 } }, "#/voice/new"],
    [{ voice: { new: 0, old: 2 ** 32 } }, "#/voice/old"],
    [{ voice: { new: "1", old: 0 } }, "#/voice/new"],
    [{ voice: { new: 1, old: 0, urgentNew: 2 } }, "#/voice/urgentNew"],
    [{ voice: { new: 1, old: 0, urgentOld: 1 } }, "#/voice/urgentOld"],
    [{ pigeon: { new: 1, old: 0 } }, "#/pigeon"],
    [{ voice: null }, "#/voice"],
  ])("%j is refused at %s", async (counts, where) => {
    const { status, errors } = await put(counts);
    expect([status, errors?.[0]?.where]).toEqual([400, where]);
  });

  it("only the administrator may", async () => {
    expect((await ask(path, { ...jsonBody({}, "PUT"), token: "" })).status).toBe(401);
  });
});
