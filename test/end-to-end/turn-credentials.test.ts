// Credentials of the gateway at a real TURN server: it relays for whoever has them, and for nobody else.

import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerChallenge } from "../../src/auth/answer-challenge";
import type { Hash } from "../../src/auth/digest";
import { epochMs } from "../../src/base/brand";
import { relayCredentials } from "../../src/http/turn/rest-credentials";
import { type Coturn, hasCoturn, relays, startCoturn } from "../support/coturn";
import { type Gateway, startGateway } from "../support/gateway";

const secret = "a secret shared with the relay";
const target = "/v1/turn-credentials?aor=alice@localhost";

/** The demonstration offers MD5 alone. */
const md5: Hash = (_algorithm, text) => createHash("md5").update(text, "utf8").digest("hex");

describe.skipIf(!hasCoturn)(`coturn${hasCoturn ? "" : " (install the package coturn to run these)"}`, () => {
  let coturn: Coturn;
  let gateway: Gateway;

  beforeAll(async () => {
    coturn = await startCoturn(secret);
    gateway = await startGateway({ demo: true, vars: { TURN_URLS: coturn.url, TURN_SECRET: secret } });
  });
  afterAll(async () => {
    await gateway?.stop();
    await coturn?.stop();
  });

  /** The relay's entry in the answer to a user who has logged in. */
  async function relayOfAlice(): Promise<Record<"username" | "credential", string>> {
    const url = `${gateway.url}${target}`;
    const challenge = (await fetch(url)).headers.get("www-authenticate") ?? "";
    const authorization = answerChallenge(
      md5,
      [challenge],
      { username: "alice", password: "demo" },
      { method: "GET", requestUri: target, body: "" },
      { nc: 1, cnonce: "0a4f113b" },
    );
    const response = await fetch(url, { headers: { Authorization: authorization ?? "" } });
    expect(response.status).toBe(200);
    const { iceServers } = (await response.json()) as {
      readonly iceServers: readonly [
        { readonly urls: readonly string[]; username: string; credential: string },
      ];
    };
    expect(iceServers.map(({ urls }) => urls)).toEqual([[coturn.url]]);
    return iceServers[0];
  }

  it("relays with what GET /v1/turn-credentials gives", async () => {
    const { username, credential } = await relayOfAlice();
    expect(await relays(coturn.port, username, credential)).toBe(true);
  });

  it("relays for nobody whose time is over, or who changes it", async () => {
    const { username, credential } = await relayOfAlice();
    const longer = `${Number.parseInt(username, 10) + 3600}${username.slice(10)}`;
    expect(await relays(coturn.port, longer, credential)).toBe(false);
    const ended = relayCredentials(secret, username.slice(11), epochMs(Date.now() - 60_000));
    expect(await relays(coturn.port, ended.username, ended.credential)).toBe(false);
    const other = relayCredentials("another secret", username.slice(11), epochMs(Date.now() + 60_000));
    expect(await relays(coturn.port, other.username, other.credential)).toBe(false);
  });
});
