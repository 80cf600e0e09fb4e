import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { firstAnswer } from "../../scripts/serve/first-answer";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  vi.restoreAllMocks();
});

async function serverThat(answers: (response: ServerResponse, asked: number) => void): Promise<string> {
  let asked = 0;
  server = createServer((_request, response) => answers(response, ++asked)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it("a gateway that is too busy to answer is asked again, and the operator told", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  let times = 0;
  // On a busy machine the third answer may come too late as well.
  const url = await serverThat((response, asked) => {
    times = asked;
    if (asked >= 3) response.end();
  });
  await firstAnswer(url, 50);
  expect(times).toBeGreaterThanOrEqual(3);
  expect(said).toHaveBeenCalledTimes(times - 1);
});

it("one that refuses its settings, or is not there, is not", async () => {
  const url = await serverThat((response) => response.writeHead(500).end());
  await expect(firstAnswer(url)).rejects.toThrow("settings");
  await expect(firstAnswer("http://127.0.0.1:1")).rejects.toThrow();
});
