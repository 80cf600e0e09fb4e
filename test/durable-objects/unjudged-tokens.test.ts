// A token in a REGISTER, in a home whose token settings a test chooses: the objects of the tests have none.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { AddressOfRecord } from "../../durable-objects/address-of-record";
import { headerValue } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";
import { homeOf } from "./support/homes";
import type { RecordedSocket } from "./support/recorded-socket";
import { register } from "./support/registering-client";
import { openSocket } from "./support/worker";

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

const encoded = (value: object): string => btoa(JSON.stringify(value)).replaceAll("=", "");
const token = `${encoded({ alg: "RS256" })}.${encoded({ sub: "alice", aud: "sip" })}.c2lnbmF0dXJl`;

/** The frames go to a second shell over the same object and its socket. */
async function hear(
  aor: string,
  variables: Record<string, string>,
  frames: readonly string[],
): Promise<void> {
  await runInDurableObject(homeOf(aor), async (_home, context) => {
    const shell = new AddressOfRecord(context, { ...env, ...variables } as Env);
    const [socket] = context.getWebSockets();
    for (const frame of frames) await shell.webSocketMessage(socket as WebSocket, frame);
  });
}

async function answer(socket: RecordedSocket) {
  const parsed = parseText(await socket.text());
  if (!parsed.ok || parsed.value.kind !== "response") throw new Error("no response");
  return [parsed.value.status, headerValue(parsed.value, "retry-after")];
}

const withToken = (aor: string, cseq: number): string =>
  register(aor, cseq, `Authorization: Bearer ${token}\r\n`);

describe("RFC 8898: a token whose keys cannot be reached", () => {
  const unreachable = { TOKEN_JWKS_URL: "http://127.0.0.1:9/keys", TOKEN_AUDIENCE: "sip" };

  it("is no invalid token: 503 with Retry-After, for that request", async () => {
    const aor = "unreachable@example.com";
    const socket = await openSocket(`/?aor=${aor}`);
    await hear(aor, unreachable, [withToken(aor, 1)]);
    expect(await answer(socket)).toEqual([503, "5"]);
    socket.close(1000);
  });

  it("is not even looked at when the socket has used up its rate", async () => {
    const aor = "hasty@example.com";
    const socket = await openSocket(`/?aor=${aor}`);
    const slow = { ...unreachable, REQUEST_RATE: "1", REQUEST_BURST: "1" };
    await hear(aor, slow, [register(aor, 1), withToken(aor, 2)]);
    expect(await answer(socket)).toEqual([401, undefined]);
    expect(await answer(socket)).toEqual([503, "1"]);
    socket.close(1000);
  });
});
