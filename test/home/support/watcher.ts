// A client that watches somebody: its SUBSCRIBEs in the dialog that the first one began, and the NOTIFYs it got.

import type { Frame } from "../../../src/sip/frame";
import { type Client, toTagOf } from "./client";
import { bodyOf, headerOf, statusOf, textOf } from "./sip-text";

export class Watcher {
  readonly client: Client;
  readonly whom: string;
  readonly callId: string;
  toTag = "";
  /** The CSeq of its last SUBSCRIBE, where it counts in its dialog as clients do, and not in all that its client sends. */
  cseq: number | undefined;

  constructor(client: Client, whom: string, callId = `watch-${client.page}-${whom}`) {
    this.client = client;
    this.whom = whom;
    this.callId = callId;
  }

  /** Outside a dialog; the final response. */
  subscribe(expires = 600, lines: readonly string[] = ["Event: presence"]): Frame | undefined {
    const answer = this.client.ask(this.text(expires, lines, ""));
    this.toTag = toTagOf(answer);
    return answer;
  }

  /** Within the dialog; 0 unsubscribes. */
  refresh(expires = 600, lines: readonly string[] = ["Event: presence"]): Frame | undefined {
    return this.client.ask(this.text(expires, lines, this.toTag));
  }

  text(expires: number, lines: readonly string[], toTag: string): string {
    const contact = `Contact: <${this.client.contact}>`;
    if (this.cseq !== undefined) this.cseq++;
    const cseq = this.cseq === undefined ? {} : { cseq: this.cseq };
    const names = { callId: this.callId, ...cseq, ...(toTag === "" ? {} : { toTag }) };
    const uri = `sip:${this.whom}`;
    return this.client.text(
      "SUBSCRIBE",
      uri,
      this.whom,
      [contact, `Expires: ${expires}`, ...lines],
      "",
      names,
    );
  }

  /** The NOTIFYs that have come. */
  notifies(): readonly Frame[] {
    return this.client
      .takeAll()
      .filter((frame) => textOf(frame).startsWith("NOTIFY") && headerOf(frame, "Call-ID") === this.callId);
  }

  /** What they said, in short: the basic status or what stands for it, and the state. */
  news(): readonly string[] {
    return this.notifies().map(newsIn);
  }
}

export function newsIn(frame: Frame): string {
  const basic = /<basic>(\w+)<\/basic>/.exec(bodyOf(frame))?.[1] ?? "nothing";
  const note = /<note[^>]*>([^<]*)<\/note>/.exec(bodyOf(frame))?.[1];
  const state = headerOf(frame, "Subscription-State").replace(/;expires=\d+/, "");
  return `${basic}${note === undefined ? "" : ` (${note})`}, ${state}`;
}

export const cseqOf = (frame: Frame): number => Number.parseInt(headerOf(frame, "CSeq"), 10);

/** A PIDF document of one tuple. */
export function pidf(basic: "open" | "closed", note: string, entity = "sip:bob@example.com"): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="${entity}">` +
    `<tuple id="t1"><status><basic>${basic}</basic></status><note>${note}</note></tuple></presence>`
  );
}

/** A PUBLISH of presence; returns the status and the entity-tag of the answer. */
export function publish(
  client: Client,
  lines: readonly string[],
  body = "",
  to = client.user,
): { readonly status: number; readonly entityTag: string; readonly answer: Frame | undefined } {
  const type =
    body === "" || lines.some((line) => line.startsWith("Content-Type"))
      ? []
      : ["Content-Type: application/pidf+xml"];
  const event = lines.some((line) => line.startsWith("Event")) ? [] : ["Event: presence"];
  const answer = client.ask(client.text("PUBLISH", `sip:${to}`, to, [...event, ...lines, ...type], body));
  return { status: statusOf(answer), entityTag: headerOf(answer, "SIP-ETag"), answer };
}
