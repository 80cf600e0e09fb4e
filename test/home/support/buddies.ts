// Subscribers to lists (RFC 4662): alice, who has buddies, and what her client knows of them.

import { expect } from "vitest";
import { type Client, registered } from "./client";
import type { OpenNetwork } from "./describe-with-eviction";
import { ListView } from "./list-view";
import { alice, bob, desk, phone } from "./pair";
import { headerOf, statusOf } from "./sip-text";
import { carol } from "./watched";
import { cseqOf, Watcher } from "./watcher";

export const listBody = (...uris: readonly string[]): string =>
  `<?xml version="1.0"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>${uris
    .map((uri) => `<entry uri="${uri}"/>`)
    .join("")}</list></resource-lists>`;

export const listLines = [
  "Event: presence",
  "Supported: eventlist",
  "Require: recipient-list-subscribe",
  "Accept: application/pidf+xml, application/rlmi+xml, multipart/related",
  "Content-Type: application/resource-lists+xml",
  "Content-Disposition: recipient-list",
];

export class Buddies {
  readonly client: Client;
  readonly view = new ListView();
  readonly sequences: number[] = [];
  /** The URI of From; undefined for the user's own. */
  from: string | undefined;
  readonly #watcher: Watcher;
  #toTag = "";

  constructor(client: Client, callId = "buddies") {
    this.client = client;
    this.#watcher = new Watcher(client, client.user, callId);
  }

  subscribe(uris: readonly string[], lines: readonly string[] = listLines, expires = 600): number {
    const { client } = this;
    const own = [`Contact: <${client.contact}>`, `Expires: ${expires}`, ...lines];
    const names = { callId: this.#watcher.callId };
    const text = client.text("SUBSCRIBE", `sip:${client.user}`, client.user, own, listBody(...uris), names);
    const from = this.from ?? `sip:${client.user}`;
    const answer = client.ask(text.replace(/\r\nFrom: <[^>]*>/, `\r\nFrom: <${from}>`));
    this.#toTag = /;tag=([^;\s]+)/.exec(headerOf(answer, "To"))?.[1] ?? "";
    if (statusOf(answer) === 200) expect(headerOf(answer, "Require")).toBe("eventlist");
    return statusOf(answer);
  }

  refresh(expires = 600): number {
    this.#watcher.toTag = this.#toTag;
    return statusOf(this.#watcher.refresh(expires, ["Event: presence", "Supported: eventlist"]));
  }

  /** Takes the NOTIFYs that have come; what the client knows then. */
  look(): Record<string, string> {
    for (const frame of this.#watcher.notifies()) {
      expect(headerOf(frame, "Require")).toBe("eventlist");
      this.sequences.push(cseqOf(frame));
      this.view.take(frame);
    }
    return this.view.seen;
  }
}

/** Subscribes to a URI that stands for a list. */
export class Stored extends Buddies {
  readonly #uri: string;

  constructor(client: Client, uri: string) {
    super(client, `list-${client.page}`);
    this.#uri = uri;
  }

  start(event = "presence"): number {
    const { client } = this;
    const lines = [`Contact: <${client.contact}>`, "Expires: 600", `Event: ${event}`, "Supported: eventlist"];
    const names = { callId: `list-${client.page}` };
    return statusOf(client.ask(client.text("SUBSCRIBE", this.#uri, "list@example.com", lines, "", names)));
  }
}

export function gateway(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob, carol);
  const answers = () => 200;
  const a = registered(network, alice, "alice", { instance: desk, answers });
  const b = registered(network, bob, "bob", { instance: phone, answers });
  const buddies = new Buddies(a);
  /** What the client knows, once all is told. */
  const look = () => {
    network.advance(2_000);
    return buddies.look();
  };
  return { network, a, b, buddies, look };
}
