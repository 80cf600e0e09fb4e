// A line between a page and the gateway that a test can cut: TCP passed on as it comes, and ended without a word.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface CutLine {
  /** `ws://127.0.0.1:<port>`, in place of the gateway's own. */
  readonly socketUrl: string;
  /** Ends every connection there is; new ones pass, unless the line is down. */
  cut(): void;
  /** While it is down, nobody gets through. */
  down(isDown: boolean): void;
  close(): void;
}

export async function openLine(gatewayPort: number): Promise<CutLine> {
  const open = new Set<Socket>();
  let isDown = false;
  const server = createServer((near) => {
    if (isDown) {
      near.destroy();
      return;
    }
    const far = connect(gatewayPort, "127.0.0.1");
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    socketUrl: `ws://127.0.0.1:${port}`,
    cut,
    down: (now) => {
      isDown = now;
      if (now) cut();
    },
    close: () => {
      cut();
      server.close();
    },
  };
}
