// Presence, watchers and waiting messages over HTTP, at real homes: what is put is told over SIP, and is there when the
// object comes back from hibernation.

import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { PresenceView, WatcherList } from "../../src/contracts/own-presence";
import worker from "../../src/index";
import { body, headerValue, type SipRequest } from "../../src/sip/message";
import type { Phone } from "../support/phone";
import { hibernate, makeAccount, online } from "./support/homes";
import { administer, tokenFor } from "./support/worker";

const environment = { ...env, TOKEN_SECRET: "0123456789abcdef0123456789abcdef" };
const open: Phone[] = [];
let worlds = 0;

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});
afterEach(() => {
  for (const phone of open.splice(0)) phone.hangUp();
});

async function world(): Promise<{ readonly alice: string; readonly bob: string }> {
  worlds++;
  return {
    alice: await makeAccount(`alicepresence${worlds}@example.com`),
    bob: await makeAccount(`bobpresence${worlds}@example.com`),
  };
}

async function phone(aor: string): Promise<Phone> {
  const made = await online(aor);
  open.push(made);
  return made;
}

async function own(aor: string, method: string, path: string, value?: unknown): Promise<Response> {
  const headers = { Authorization: `Bearer ${await tokenFor(aor)}`, "Content-Type": "application/json" };
  const init = value === undefined ? { method, headers } : { method, headers, body: JSON.stringify(value) };
  const request = new Request(new URL(path, "https://sip.example.com"), init);
  const asked = request as Request<unknown, IncomingRequestCfProperties>;
  return worker.fetch(asked, environment, createExecutionContext());
}

/** The next NOTIFY, answered. */
async function told(watcher: Phone): Promise<SipRequest> {
  return watcher.take("NOTIFY");
}

/** With the object evicted before each step, and without. */
describe.each([
  ["an object that stays", async () => undefined],
  ["one that hibernates between any two steps", hibernate],
] as const)("presence over HTTP, %s", (_name, rest) => {
  it("is stated, told, read and taken back", async () => {
    const { alice, bob } = await world();
    const [a] = [await phone(alice), await phone(bob)];
    expect((await a.subscribe(bob)).status).toBe(200);
    expect(body(await told(a))).toContain("<basic>open</basic>");
    await rest(bob);
    expect((await own(bob, "GET", "/v1/me/presence")).status).toBe(404);
    const put = await own(bob, "PUT", "/v1/me/presence", {
      basic: "closed",
      activity: "vacation",
      note: "gone",
    });
    expect(put.status).toBe(200);
    const said = body(await told(a));
    expect(said).toContain("<basic>closed</basic>");
    expect(said).toContain("rpid:vacation");
    await rest(bob);
    const view = (await (await own(bob, "GET", "/v1/me/presence")).json()) as PresenceView;
    expect(view).toMatchObject({ basic: "closed", activity: "vacation", note: "gone" });
    const days = (Date.parse(view.expiresAt) - Date.parse(view.statedAt)) / 86_400_000;
    expect(days).toBe(366);
    await rest(bob);
    expect((await own(bob, "DELETE", "/v1/me/presence")).status).toBe(204);
    expect(body(await told(a))).toContain("<basic>open</basic>");
    expect((await own(bob, "GET", "/v1/me/presence")).status).toBe(404);
  });

  it("a watcher is seen, decided on, judged at once, and let in again", async () => {
    const { alice, bob } = await world();
    const [a] = [await phone(alice), await phone(bob)];
    await a.subscribe(bob);
    await told(a);
    await rest(bob);
    const list = async () => (await (await own(bob, "GET", "/v1/me/watchers")).json()) as WatcherList;
    expect(await list()).toMatchObject({
      watchers: [{ watcher: alice, status: "active", event: "subscribe" }],
      decisions: [],
    });
    await rest(bob);
    const blocked = await own(bob, "PUT", `/v1/me/watchers/${alice}`, { decision: "block" });
    expect(await blocked.json()).toEqual({ aor: alice, decision: "block", verdict: "reject" });
    const final = await told(a);
    expect(headerValue(final, "subscription-state")).toBe("terminated;reason=rejected");
    await rest(bob);
    expect((await a.subscribe(bob)).status).toBe(403);
    expect(await list()).toEqual({ watchers: [], decisions: [{ aor: alice, decision: "block" }] });
    await rest(bob);
    expect((await own(bob, "DELETE", `/v1/me/watchers/${alice}`)).status).toBe(204);
    expect((await a.subscribe(bob)).status).toBe(200);
    expect(body(await told(a))).toContain("<basic>open</basic>");
    expect((await list()).decisions).toEqual([]);
  });

  it("what a voice mail says is waiting is told to the phone, and read back", async () => {
    const { bob } = await world();
    const b = await phone(bob);
    const lines = [`Contact: <${b.contact}>`, "Event: message-summary", "Expires: 600"];
    const subscribed = b.request("SUBSCRIBE", { uri: `sip:${bob}`, lines });
    expect((await subscribed).status).toBe(200);
    expect(body(await told(b))).toContain("Messages-Waiting: no");
    await rest(bob);
    const path = `/v1/accounts/${bob}/message-summary`;
    const voice = { new: 2, old: 8 };
    expect((await administer("PUT", path, { voice })).status).toBe(200);
    const said = body(await told(b));
    expect(said).toContain("Messages-Waiting: yes");
    expect(said).toContain("Voice-Message: 2/8");
    await rest(bob);
    expect(await (await administer("GET", path)).json()).toEqual({ voice });
    const nobody = "/v1/accounts/nobody-there@example.com/message-summary";
    expect((await administer("GET", nobody)).status).toBe(404);
    expect((await administer("PUT", nobody, { voice })).status).toBe(404);
  });

  it("the lamp follows the log of messages", async () => {
    const { alice, bob } = await world();
    const [a, b] = [await phone(alice), await phone(bob)];
    const lines = [`Contact: <${b.contact}>`, "Event: message-summary", "Expires: 600"];
    await b.request("SUBSCRIBE", { uri: `sip:${bob}`, lines });
    await told(b);
    const sent = a.message(bob, "call me");
    b.answer(await b.receive("MESSAGE"), 480);
    expect((await sent).status).toBe(202);
    expect(body(await told(b))).toContain("Text-Message: 1/0");
    await rest(bob);
    expect((await administer("DELETE", `/v1/accounts/${bob}/messages`)).status).toBe(200);
    expect(body(await told(b))).toContain("Messages-Waiting: no");
  });
});
