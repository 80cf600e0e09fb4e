// Sessions of pages at real homes, through the Worker: the cookie there and back. What is judged is in
// test/home/session.test.ts, who is believed in test/http/session-cookie.test.ts; here they cross the object's border,
// and outlive its memory.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { hibernate, makeAccount, password, rowsWritten, tablesOf } from "./support/homes";
import { register, statusLine } from "./support/registering-client";
import { administer, fetchWorker, openSocket, tokenFor, upgrade } from "./support/worker";

const origin = "https://sip.example.com";
const ok = "SIP/2.0 200 OK";
const challenged = "SIP/2.0 401 Unauthorized";

let said: MockInstance[];

beforeEach(() => {
  said = (["info", "warn", "error", "log"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => undefined),
  );
});

afterEach(() => {
  vi.restoreAllMocks();
});

function post(body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetchWorker("/v1/session", {
    method: "POST",
    headers: { Origin: origin, "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** The cookies a browser would keep of an answer. */
const keptFrom = (response: Response): string =>
  response.headers
    .getSetCookie()
    .filter((line) => !line.includes("Max-Age=0"))
    .map((line) => line.slice(0, line.indexOf(";")))
    .join("; ");

async function signIn(aor: string, given = password): Promise<string> {
  const response = await post({ aor, password: given });
  expect(response.status).toBe(204);
  return keptFrom(response);
}

const get = (target: string, headers: Record<string, string>): Promise<Response> =>
  fetchWorker(target, { headers });

async function registers(aor: string, headers: Record<string, string>): Promise<string> {
  const socket = await openSocket(`/sip?aor=${aor}`, { Origin: origin, ...headers });
  socket.send(register(aor));
  const status = statusLine(await socket.text());
  socket.close(1000);
  return status;
}

interface Listing {
  readonly accounts: readonly { readonly aor: string }[];
}

const kept = (_aor: string): Promise<void> => Promise.resolve();

describe.each([
  ["in memory", kept],
  ["evicted between any two steps", hibernate],
])("a page's session, homes %s", (kind, evict) => {
  const account = (user: string): Promise<string> => makeAccount(`${user}${kind.length}@example.com`);

  it("opens a socket that is logged in, and every call of the user's own", async () => {
    const aor = await account("s1");
    const Cookie = await signIn(aor);
    await evict(aor);
    expect(await registers(aor, { Cookie })).toBe(ok);
    for (const path of [
      "session",
      "me/calls",
      "me/messages",
      "me/rules",
      "me/watchers",
      "turn-credentials",
    ]) {
      await evict(aor);
      const response = await get(`/v1/${path}?aor=${aor}`, { Cookie });
      expect([path, response.status, response.headers.get("cache-control")]).toEqual([path, 200, "no-store"]);
    }
    const rules = { doNotDisturb: true, forward: {} };
    const put = (headers: Record<string, string>) =>
      fetchWorker(`/v1/me/rules?aor=${aor}`, {
        method: "PUT",
        headers: { "Content-Type": "application/json", Cookie, ...headers },
        body: JSON.stringify(rules),
      });
    expect((await put({ Origin: origin })).status).toBe(200);
    // A form of another site's would say so, and what says nothing is no browser's.
    expect((await put({})).status).toBe(401);
    expect((await put({ Origin: "https://evil.example" })).status).toBe(403);
  });

  it("says how long it is, and is not there any more when it has been taken back", async () => {
    const aor = await account("s2");
    const Cookie = await signIn(aor);
    await evict(aor);
    const { aor: named, expiresAt } = (await (await get(`/v1/session?aor=${aor}`, { Cookie })).json()) as {
      aor: string;
      expiresAt: string;
    };
    expect(named).toBe(aor);
    expect((Date.parse(expiresAt) - Date.now()) / 3_600_000).toBeCloseTo(12, 1);
    const ended = await fetchWorker(`/v1/session?aor=${aor}`, {
      method: "DELETE",
      headers: { Cookie, Origin: origin },
    });
    expect([ended.status, keptFrom(ended)]).toEqual([204, ""]);
    expect(ended.headers.getSetCookie().join()).toContain(`${Cookie.split("=")[0]}=;`);
  });

  it("is renewed in the answer once half of its time is over", async () => {
    const aor = await account("s3");
    const Cookie = await signIn(aor);
    expect(keptFrom(await get(`/v1/me/calls?aor=${aor}`, { Cookie }))).toBe("");
    await evict(aor);
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 7 * 3_600_000);
    const renewed = keptFrom(await get(`/v1/me/calls?aor=${aor}`, { Cookie }));
    expect(renewed.split("=")[0]).toBe(Cookie.split("=")[0]);
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 6 * 3_600_000);
    await evict(aor);
    expect((await get(`/v1/me/calls?aor=${aor}`, { Cookie })).status).toBe(401);
    expect((await get(`/v1/me/calls?aor=${aor}`, { Cookie: renewed })).status).toBe(200);
    expect(await registers(aor, { Cookie })).toBe(challenged);
    expect(await registers(aor, { Cookie: renewed })).toBe(ok);
  });

  it("ends with the password, the account's enabling, and the account", async () => {
    const aor = await account("s4");
    let Cookie = await signIn(aor);
    const isIn = async () => {
      await evict(aor);
      const { status } = await get(`/v1/session?aor=${aor}`, { Cookie });
      return [status, await registers(aor, { Cookie })];
    };
    expect(await isIn()).toEqual([200, ok]);
    await administer("PATCH", `/v1/accounts/${aor}`, { password: "another" });
    expect(await isIn()).toEqual([401, challenged]);
    Cookie = await signIn(aor, "another");
    await administer("PATCH", `/v1/accounts/${aor}`, { enabled: false });
    await administer("PATCH", `/v1/accounts/${aor}`, { enabled: true });
    expect(await isIn()).toEqual([401, challenged]);
    Cookie = await signIn(aor, "another");
    await administer("DELETE", `/v1/accounts/${aor}`);
    await makeAccount(aor);
    expect(await isIn()).toEqual([401, challenged]);
  });

  it("costs no row", async () => {
    const aor = await account("s5");
    await evict(aor);
    // What the home writes by itself when it has been made and woken: that the realm has it on its list.
    await vi.waitFor(async () => {
      const { accounts } = (await (await administer("GET", "/v1/accounts")).json()) as Listing;
      expect(accounts.map((listed) => listed.aor)).toContain(aor);
    });
    await signIn(aor);
    const before = await rowsWritten(aor);
    const Cookie = await signIn(aor);
    await get(`/v1/me/calls?aor=${aor}`, { Cookie });
    expect(await rowsWritten(aor)).toBe(before);
  });

  it("is given for a bearer token, and ends with it", async () => {
    const aor = await account("s6");
    const opened = await post({ token: await tokenFor(aor, "10m") });
    expect(opened.status).toBe(204);
    expect(opened.headers.get("set-cookie")).toMatch(/Max-Age=6[0-9]{2}$/);
    await evict(aor);
    expect(await registers(aor, { Cookie: keptFrom(opened) })).toBe(ok);
    const other = await post({ aor: "bob@example.com", token: await tokenFor(aor) });
    expect(other.status).toBe(403);
    for (const token of ["a.b.c", `${(await tokenFor(aor)).slice(0, -3)}xxx`]) {
      const refused = await post({ token });
      expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, null]);
    }
  });
});

describe("two users in one browser", () => {
  it("stand side by side, and neither is believed for the other", async () => {
    const [one, two] = [await makeAccount("s7@example.com"), await makeAccount("s8@example.com")];
    const [first, second] = [await signIn(one), await signIn(two)];
    const Cookie = `${first}; ${second}`;
    for (const aor of [one, two]) expect(await registers(aor, { Cookie })).toBe(ok);
    expect(await registers(one, { Cookie: second })).toBe(challenged);
    // Under the name of the other, which any script of the user's own could give it.
    const moved = `${first.split("=")[0]}=${second.split("=")[1]}`;
    expect(await registers(one, { Cookie: moved })).toBe(challenged);
    expect((await get(`/v1/me/calls?aor=${one}`, { Cookie: moved })).status).toBe(401);
    expect((await get("/v1/me/calls", { Cookie })).status).toBe(401);
  });
});

describe("a session at the upgrade", () => {
  it.each([
    ["no Origin", {}],
    ["a listed Origin's page", { Origin: "https://app.example.net" }],
    ["Sec-Fetch-Site: cross-site", { Origin: origin, "Sec-Fetch-Site": "cross-site" }],
    ["Sec-Fetch-Site: same-site", { Origin: origin, "Sec-Fetch-Site": "same-site" }],
  ])("is as good as none with %s", async (what, headers) => {
    const aor = await makeAccount(`s9-${what.length}@example.com`);
    const Cookie = await signIn(aor);
    const response = await upgrade(`/sip?aor=${aor}`, { Cookie, ...(headers as Record<string, string>) });
    if (response.webSocket === null) return expect(response.status).toBe(403);
    response.webSocket.accept();
    response.webSocket.close(1000);
    const bare = Object.fromEntries(Object.entries({ Cookie, ...headers }));
    const socket = await openSocket(`/sip?aor=${aor}`, bare);
    socket.send(register(aor));
    expect(statusLine(await socket.text())).toBe(challenged);
    return socket.close(1000);
  });

  it("counts for nothing on a bare URL", async () => {
    const aor = await makeAccount("s10@example.com");
    const socket = await openSocket("/", { Cookie: await signIn(aor), Origin: origin });
    socket.send(register(aor));
    expect(statusLine(await socket.text())).toBe(challenged);
    socket.close(1000);
  });

  it("is no fact of the client's: the home judges what it is handed", async () => {
    const aor = await makeAccount("s11@example.com");
    const facts = JSON.stringify({ scheme: "wss", session: "forged" });
    const response = await env.ADDRESS_OF_RECORD.getByName(aor).fetch("https://home.invalid/", {
      headers: { Upgrade: "websocket", "x-durasip-facts": facts },
    });
    const socket = response.webSocket;
    socket?.accept();
    const heard = new Promise<string>((resolve) =>
      socket?.addEventListener("message", ({ data }) => resolve(String(data))),
    );
    socket?.send(register(aor));
    expect(statusLine(await heard)).toBe(challenged);
    socket?.close(1000);
  });
});

describe("a login that fails", () => {
  const shownOf = async (response: Response) => [
    response.status,
    [...response.headers].sort(),
    await response.text(),
  ];

  it("looks the same for a wrong password, a closed account and a name nobody has, and asks nobody", async () => {
    const [aor, closed] = [await makeAccount("s12@example.com"), await makeAccount("s13@example.com")];
    await administer("PATCH", `/v1/accounts/${closed}`, { enabled: false });
    const nobody = "s14@example.com";
    const wrong = await shownOf(await post({ aor, password: "guess" }));
    expect(wrong[0]).toBe(401);
    expect(JSON.stringify(wrong)).not.toMatch(/www-authenticate|set-cookie/i);
    expect(await shownOf(await post({ aor: closed, password }))).toEqual(wrong);
    expect(await shownOf(await post({ aor: nobody, password }))).toEqual(wrong);
    expect(await tablesOf(nobody)).toEqual([]);
  });

  it.each(["s15@example.com", "s16@example.com"])(
    "too often is held off: %s, whoever that is",
    async (aor) => {
      if (aor.startsWith("s15")) await makeAccount(aor);
      const statuses: number[] = [];
      for (let guess = 0; guess < 32; guess++) statuses.push((await post({ aor, password: "guess" })).status);
      expect(statuses.slice(0, 31)).toEqual(Array.from({ length: 31 }, () => 401));
      const held = await post({ aor, password });
      expect([held.status, held.headers.get("retry-after")]).toEqual([429, "1"]);
    },
  );

  it.each([
    ["another site", { Origin: "https://evil.example" }],
    ["a listed Origin", { Origin: "https://app.example.net" }],
    ["another port", { Origin: "https://sip.example.com:8443" }],
    ["no Origin", { Origin: "null" }],
    ["a browser that says cross-site", { Origin: origin, "Sec-Fetch-Site": "cross-site" }],
  ])("is 403 for %s, right or wrong", async (_what, headers) => {
    for (const given of [password, "guess"]) {
      const response = await post({ aor: "s12@example.com", password: given }, headers);
      expect([response.status, response.headers.get("set-cookie")]).toEqual([403, null]);
    }
  });

  it.each([
    ["nothing", {}],
    ["no password", { aor: "s12@example.com" }],
    ["password and token", { aor: "s12@example.com", password: "x", token: "y" }],
    ["no name", { password: "x" }],
    ["no address", { aor: "s12", password: "x" }],
    ["an endless password", { aor: "s12@example.com", password: "x".repeat(257) }],
  ])("is 400 for %s", async (_what, body) => {
    expect((await post(body)).status).toBe(400);
  });

  it("is 404 for a realm that is not served, 413 for a body without an end, 415 for a form", async () => {
    expect((await post({ aor: "alice@elsewhere.example", password: "x" })).status).toBe(404);
    expect((await post({ aor: "s12@example.com", password: "x".repeat(20_000) })).status).toBe(413);
    expect((await post({ aor: "a@example.com" }, { "Content-Type": "text/plain" })).status).toBe(415);
  });
});

describe("a 401 to a page", () => {
  it("is no challenge where the page says that it asks itself, or shows a session", async () => {
    const aor = await makeAccount("s17@example.com");
    const name = (await signIn(aor)).split("=")[0];
    const path = `/v1/me/calls?aor=${aor}`;
    const challengesIn = async (headers: Record<string, string>) => {
      const response = await get(path, headers);
      return [response.status, response.headers.has("www-authenticate")];
    };
    expect(await challengesIn({})).toEqual([401, true]);
    expect(await challengesIn({ "X-Requested-With": "durasip" })).toEqual([401, false]);
    expect(await challengesIn({ Cookie: `${name}=stale` })).toEqual([401, false]);
    expect(await challengesIn({ Cookie: `${name}=stale`, Authorization: "Digest x=y" })).toEqual([401, true]);
    expect(await challengesIn({ "X-Requested-With": "XMLHttpRequest" })).toEqual([401, true]);
  });
});

describe("the secret of a session", () => {
  it("and the password are in no log, whatever becomes of them", async () => {
    const aor = await makeAccount("s18@example.com");
    const Cookie = await signIn(aor);
    const [, session = ""] = Cookie.split("=");
    await registers(aor, { Cookie });
    await upgrade(`/sip?aor=${aor}`, { Cookie, Origin: "https://evil.example" });
    await get(`/v1/me/calls?aor=${aor}`, { Cookie });
    await administer("PATCH", `/v1/accounts/${aor}`, { password: "n3w s3cret" });
    await registers(aor, { Cookie });
    await get(`/v1/me/calls?aor=${aor}`, { Cookie });
    await post({ aor, password: "wr0ng gu3ss" });
    const lines = said.flatMap(({ mock }) => mock.calls.flat().map(String));
    expect(lines.length).toBeGreaterThan(3);
    for (const secret of [session, session.slice(20, 60), "n3w s3cret", "wr0ng gu3ss"]) {
      expect(lines.join("\n")).not.toContain(secret);
    }
  });
});
