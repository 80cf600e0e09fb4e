// A page with the page's own line (web/line) and nothing else: what a test does with it, and what it sees.

import type { Call, Line } from "../../../web/line/contract";
import { type LineAccount, openLine } from "../../../web/line/open-line";
import { inboundPackets, type Packets } from "./call-client";

/** Every connection this page has made, in order: what no view is given, but a count of packets needs. */
const connections: RTCPeerConnection[] = [];
const Stock = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Stock {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    connections.push(this);
  }
};

const sockets: WebSocket[] = [];
const StockSocket = window.WebSocket;
window.WebSocket = class extends StockSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    sockets.push(this);
  }
};

export interface LinePage {
  line: Line;
  open(account: LineAccount): void;
  /** The calls, oldest first. */
  calls(): readonly Call[];
  packets(connection: number): Promise<Packets>;
  connections: RTCPeerConnection[];
  /** Ends every socket there is. */
  cut(): void;
}

const page: LinePage = {
  line: undefined as unknown as Line,
  open(account) {
    page.line = openLine(account);
  },
  calls: () => page.line.calls.open.get(),
  packets: (at) => {
    const connection = connections.at(at);
    return connection === undefined ? Promise.resolve({ audio: 0, video: 0 }) : inboundPackets(connection);
  },
  connections,
  cut() {
    for (const socket of sockets) socket.close();
  },
};

declare global {
  interface Window {
    linePage: LinePage;
  }
}
window.linePage = page;
