// What the HTTP of users takes about presence, asked of the whole app over homes that are the real step: what fails here
// has changed nothing at a home.

import { beforeAll, describe, expect, it, vi } from "vitest";
import type { OwnPresence } from "../../../src/contracts/own-presence";
import type { HttpLogin } from "../../../src/contracts/user-authentication";
import { authenticateHttp } from "../../../src/home/http-authentication";
import type { Gateway } from "../../../src/http/app-env";
import { parseAddressOfRecord } from "../../../src/sip/uri/address-of-record";
import { VirtualNetwork } from "../../home/support/virtual-network";
import { ask, gatewayWith, jsonBody } from "../gateway";

interface Problem {
  readonly status: number;
  readonly errors?: readonly { readonly where: string; readonly detail: string }[];
}

type Asked = readonly [call: keyof OwnPresence, ...values: readonly unknown[]];

const alice = "alice@example.com";

beforeAll(() => {
  for (const level of ["info", "error"] as const)
    vi.spyOn(console, level).mockImplementation(() => undefined);
});

/** A gateway at which the token `alice` is hers; what her home is asked for is in `asked`, and the answer is given. */
function gatewayOf(answers: Partial<Record<keyof OwnPresence, unknown>> = {}) {
  const asked: Asked[] = [];
  const network = new VirtualNetwork().withAccounts(alice);
  const gateway = gatewayWith({ TOKEN_SECRET: "0123456789abcdef" });
  const answer = (call: keyof OwnPresence) => ({
    [call]: async (...values: readonly unknown[]) => {
      asked.push([call, ...values]);
      return answers[call];
    },
  });
  const calls = (
    ["readPresence", "putPresence", "deletePresence", "listWatchers", "decideWatcher"] as const
  ).map(answer);
  const home = (aor: string) => ({
    ...gateway.objects.home(parseAddressOfRecord(aor) as never),
    ...(Object.assign({}, ...calls) as OwnPresence),
    authenticateHttp: async (login: HttpLogin) =>
      network.home(aor).administer((turn) => authenticateHttp(turn, login)),
  });
  const whole: Gateway = {
    ...gateway,
    objects: { ...gateway.objects, home },
    verifyToken: async (token) => {
      const aor = parseAddressOfRecord(`${token}@example.com`);
      return aor === undefined || token !== "alice"
        ? { ok: false, error: { code: "signature", transient: false } }
        : { ok: true, value: { aor, expiresAt: (network.now + 3_600_000) as never } };
    },
  };
  return { asked, gateway: whole };
}

async function put(path: string, body: unknown, answers: Partial<Record<keyof OwnPresence, unknown>> = {}) {
  const { asked, gateway } = gatewayOf(answers);
  const response = await ask(path, { ...jsonBody(body, "PUT"), token: "alice", gateway });
  const text = await response.text();
  return { status: response.status, asked, problem: (text === "" ? {} : JSON.parse(text)) as Problem };
}

describe("RFC 7616 §3.3: a request that is to get a nonce", () => {
  it.each(["/v1/me/presence", "/v1/me/watchers/bob@example.com", "/v1/me/rules"])(
    "PUT %s without credentials and without a body is challenged, and not judged by what it lacks",
    async (path) => {
      const { asked, gateway } = gatewayOf();
      const response = await ask(`${path}?aor=${alice}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        token: "",
        gateway,
      });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toContain("Digest");
      expect(asked).toEqual([]);
    },
  );
});

describe("PUT /v1/me/presence", () => {
  const view = { basic: "open", statedAt: "2026-10-01T12:00:00Z", expiresAt: "2027-10-01T12:00:00Z" };

  it.each([
    [{ basic: "open" }, [{ basic: "open" }, undefined]],
    [
      {
        basic: "closed",
        activity: "meeting",
        note: "back at three\nor four",
        mood: "in_love",
        expires: 3600,
      },
      [{ basic: "closed", activity: "meeting", note: "back at three\nor four", mood: "in_love" }, 3600],
    ],
  ])("%j is stated", async (body, values) => {
    const { status, asked } = await put("/v1/me/presence", body, {
      putPresence: { kind: "stated", presence: view },
    });
    expect([status, asked]).toEqual([200, [["putPresence", ...values]]]);
  });

  it.each([
    [{}, "#/basic"],
    [{ basic: "away" }, "#/basic"],
    [{ basic: "open", activity: "gardening" }, "#/activity"],
    [{ basic: "open", mood: "other" }, "#/mood"],
    [{ basic: "open", note: "x".repeat(1001) }, "#/note"],
    [{ basic: "open", note: "null\u0000" }, "#/note"],
    [{ basic: "open", note: "half \ud800" }, "#/note"],
    [{ basic: "open", expires: 0 }, "#/expires"],
    [{ basic: "open", expires: 1.5 }, "#/expires"],
    [{ basic: "open", expires: 59 }, "#/expires"],
    [{ basic: "open", expires: 2 ** 40 }, "#/expires"],
    [{ basic: "open", colour: "red" }, "#/colour"],
  ])("%j is refused at %s", async (body, where) => {
    const { status, asked, problem } = await put("/v1/me/presence", body);
    expect([status, problem.errors?.[0]?.where, asked]).toEqual([400, where, []]);
  });

  it("a body that is too large is 413", async () => {
    expect((await put("/v1/me/presence", { basic: "open", note: "x".repeat(20_000) })).status).toBe(413);
  });

  it("without an account it is 404", async () => {
    const outcome = await put("/v1/me/presence", { basic: "open" }, { putPresence: { kind: "no-account" } });
    expect(outcome.status).toBe(404);
  });
});

describe("GET and DELETE /v1/me/presence", () => {
  it("404 while nothing is stated, and 204 as often as it is taken back", async () => {
    const { gateway } = gatewayOf({ deletePresence: false });
    expect((await ask("/v1/me/presence", { token: "alice", gateway })).status).toBe(404);
    expect((await ask("/v1/me/presence", { method: "DELETE", token: "alice", gateway })).status).toBe(204);
  });
});

describe("PUT /v1/me/watchers/{watcher}", () => {
  const decided = { decideWatcher: { kind: "decided", verdict: "polite-block" } };

  it.each(["allow", "block", "polite-block", "confirm"])("%s is decided", async (decision) => {
    const { status, asked, problem } = await put(
      "/v1/me/watchers/sip:BOB@example.com",
      { decision },
      decided,
    );
    expect(status).toBe(200);
    expect(problem).toEqual({ aor: "bob@example.com", decision, verdict: "polite-block" });
    expect(asked).toEqual([["decideWatcher", "bob@example.com", decision]]);
  });

  it.each([
    ["bob@example.com", { decision: "maybe" }, "#/decision"],
    ["bob@example.com", {}, "#/decision"],
    ["bob@example.com", { decision: "allow", for: "ever" }, "#/for"],
    ["nobody", { decision: "allow" }, "watcher"],
    ["alice@example.com", { decision: "block" }, "watcher"],
  ])("%s %j is refused at %s", async (watcher, body, where) => {
    const { status, asked, problem } = await put(`/v1/me/watchers/${watcher}`, body, decided);
    expect([status, problem.errors?.[0]?.where, asked]).toEqual([400, where, []]);
  });

  it("409 when the rules cannot hold it", async () => {
    const path = "/v1/me/watchers/bob@example.com";
    const { status, problem } = await put(
      path,
      { decision: "allow" },
      { decideWatcher: { kind: "refused" } },
    );
    expect([status, problem]).toMatchObject([409, { type: "urn:durasip:problem:rules-conflict" }]);
  });

  it("DELETE takes the word back", async () => {
    const { asked, gateway } = gatewayOf(decided);
    const path = "/v1/me/watchers/bob%40example.com";
    expect((await ask(path, { method: "DELETE", token: "alice", gateway })).status).toBe(204);
    expect(asked).toEqual([["decideWatcher", "bob@example.com", undefined]]);
  });
});

describe("who may ask", () => {
  it.each(["/v1/me/presence", "/v1/me/watchers"])("%s: nobody without a login", async (path) => {
    const { asked, gateway } = gatewayOf();
    const response = await ask(`${path}?aor=${alice}`, { token: "", gateway });
    expect([response.status, asked]).toEqual([401, []]);
    expect((await ask(path, { token: "mallory", gateway })).status).toBe(401);
    expect((await ask(`${path}?aor=bob@example.com`, { token: "alice", gateway })).status).toBe(403);
  });

  it("answers are kept by nobody, and other methods are named", async () => {
    const { gateway } = gatewayOf({ listWatchers: { watchers: [], decisions: [] } });
    const list = await ask("/v1/me/watchers", { token: "alice", gateway });
    expect([list.status, list.headers.get("cache-control")]).toEqual([200, "no-store"]);
    for (const [path, allow] of [
      ["/v1/me/presence", "GET, PUT, DELETE"],
      ["/v1/me/watchers", "GET"],
      ["/v1/me/watchers/bob@example.com", "PUT, DELETE"],
    ] as const) {
      const response = await ask(path, { method: "POST", token: "alice", gateway });
      expect([path, response.status, response.headers.get("allow")]).toEqual([path, 405, allow]);
    }
  });
});
