// Messages of one socket are stepped in the order they came, also while the first waits for its token to be checked
// (RFC 8898; RFC 3261 §8.1.1.5: the order of requests is the client's).

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SignJWT } from "jose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Gateway, startGateway } from "../support/gateway";
import { Phone } from "../support/phone";
import { WebSocketLine } from "../support/web-socket-line";

const secret = "0123456789abcdef0123456789abcdef";
let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ demo: true, vars: { TOKEN_SECRET: secret } });
});

afterAll(async () => {
  await gateway.stop();
});

const tokenFor = (subject: string): Promise<string> =>
  new SignJWT({})
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(subject)
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(secret));

const dial = async (aor: string): Promise<Phone> =>
  new Phone(await WebSocketLine.open(`${gateway.socketUrl}/?aor=${aor}`), { aor });

const registration = (phone: Phone, token: string) =>
  phone.format("REGISTER", {
    lines: [`Contact: <${phone.contact}>`, `Authorization: Bearer ${token}`],
  });

it("a request behind a REGISTER with a token finds the socket logged in", async () => {
  const phone = await dial("first@localhost");
  const first = registration(phone, await tokenFor("first@localhost"));
  const behind = Array.from({ length: 20 }, () => phone.format("OPTIONS", { uri: "sip:localhost" }));
  for (const { text } of [first, ...behind]) phone.send(text);
  expect((await phone.responseTo(first.callId, `${first.cseq} REGISTER`)).status).toBe(200);
  for (const { callId, cseq } of behind) {
    expect((await phone.responseTo(callId, `${cseq} OPTIONS`)).status).toBe(200);
  }
  phone.hangUp();
});

it("a token that does not hold is challenged, and what is behind it too", async () => {
  const phone = await dial("second@localhost");
  const first = registration(phone, await tokenFor("somebody-else@localhost"));
  const behind = phone.format("MESSAGE", { uri: "sip:bob@localhost", body: "hello" });
  for (const { text } of [first, behind]) phone.send(text);
  expect((await phone.responseTo(first.callId, `${first.cseq} REGISTER`)).status).toBe(401);
  expect((await phone.responseTo(behind.callId, `${behind.cseq} MESSAGE`)).status).toBe(407);
  phone.hangUp();
});

it("the queue behind a token whose keys do not come is bounded: who overfills it is sent away, alone", async () => {
  const silent = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const vars = { TOKEN_JWKS_URL: `http://127.0.0.1:${port}/`, TOKEN_ISSUER: "https://id.example" };
  const slow = await startGateway({ demo: true, vars });
  try {
    const open = async (): Promise<Phone> => {
      const line = await WebSocketLine.open(`${slow.socketUrl}/?aor=third@localhost`);
      return new Phone(line, { aor: "third@localhost", password: "demo" });
    };
    const [phone, other] = [await open(), await open()];
    const token = `${btoa('{"alg":"RS256","kid":"k"}').replaceAll("=", "")}.e30.c2ln`;
    for (let count = 0; count < 66; count++) phone.send(registration(phone, token).text);
    expect(await phone.closed()).toEqual({ code: 1013, reason: "Too many messages at once" });
    expect((await other.register()).status).toBe(200);
    other.hangUp();
  } finally {
    silent.closeAllConnections();
    silent.close();
    await slow.stop();
  }
});
