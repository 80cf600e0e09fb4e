// Strangers of one address on the bare URL, who name one home after the other: a few are woken, the rest is answered by the
// Worker.

import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import worker from "../../src/index";
import { RecordedSocket } from "./support/recorded-socket";

const environment = { ...env, NEWCOMERS_PER_ADDRESS: "3" };

async function register(name: string, address: string): Promise<string> {
  const init = {
    cf: { country: "DE" },
    headers: { Upgrade: "websocket", "Sec-WebSocket-Protocol": "sip", "CF-Connecting-IP": address },
  };
  const request = new Request("https://sip.example.com/ws", init) as Parameters<typeof worker.fetch>[0];
  const { webSocket } = await worker.fetch(request, environment, createExecutionContext());
  if (webSocket === null) throw new Error("refused");
  const socket = new RecordedSocket(webSocket);
  socket.send(
    [
      "REGISTER sip:example.com SIP/2.0",
      `Via: SIP/2.0/WSS ${name}.invalid;branch=z9hG4bK${name}`,
      "Max-Forwards: 70",
      `From: <sip:${name}@example.com>;tag=1`,
      `To: <sip:${name}@example.com>`,
      `Call-ID: ${name}`,
      "CSeq: 1 REGISTER",
      "Content-Length: 0",
      "\r\n",
    ].join("\r\n"),
  );
  const answer = (await socket.text()).split("\r\n", 1)[0] ?? "";
  socket.close(1000);
  return answer.replace("SIP/2.0 ", "");
}

it("wake as many homes as the setting says, and not those of another address", async () => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
  const statuses: string[] = [];
  for (let count = 0; count < 5; count++) statuses.push(await register(`new${count}`, "203.0.113.7"));
  const refused = "503 Service Unavailable";
  expect(statuses).toEqual([...Array(3).fill("401 Unauthorized"), refused, refused]);
  expect(await register("new9", "203.0.113.8")).toBe("401 Unauthorized");
});
