// What has passed between the clients and their homes, drawn as the call flows of the RFCs are.

import type { Frame } from "../../../src/sip/frame";
import { headerOf, statusOf, textOf } from "./sip-text";
import type { VirtualNetwork } from "./virtual-network";

/** A request's method; a response's status and method. */
export const nameOf = (frame: Frame): string => {
  const status = statusOf(frame);
  return status === 0
    ? (textOf(frame).split(" ", 1)[0] ?? "")
    : `${status} ${headerOf(frame, "CSeq").split(" ")[1]}`;
};

/** Draws on from where it stood: `alice → INVITE` has left alice, `bob ← INVITE` has reached bob. */
export class Ladder {
  readonly #network: VirtualNetwork;
  #drawn: number;

  constructor(network: VirtualNetwork) {
    this.#network = network;
    this.#drawn = network.wire.length;
  }

  draw(): readonly string[] {
    const news = this.#network.wire.slice(this.#drawn);
    this.#drawn = this.#network.wire.length;
    return news.map(({ socket, isFromClient, frame }) => {
      const [page = ""] = socket.split("#", 1);
      return `${page} ${isFromClient ? "→" : "←"} ${nameOf(frame)}`;
    });
  }
}
