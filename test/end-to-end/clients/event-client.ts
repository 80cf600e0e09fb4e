// What a test asks of a stock client that watches somebody (RFC 6665), the same for both libraries: plain data, by the
// number of the subscription.

export interface WatchOptions {
  /** The event package, and what its documents are. */
  readonly event: string;
  readonly accept: string;
  readonly extraHeaders?: readonly string[];
  /** With its Content-Type: a list (RFC 5367). */
  readonly body?: { readonly contentType: string; readonly content: string };
}

export interface SeenNotify {
  readonly watch: number;
  readonly subscriptionState: string;
  readonly body: string;
  /** What the page makes of the body, in a few words. */
  readonly says: string;
}

export interface EventClient {
  readonly notifies: SeenNotify[];
  /** SUBSCRIBEs; the number of the subscription. */
  watch(to: string, options: WatchOptions): number;
  /** SUBSCRIBEs once more within the dialog. */
  refresh(watch: number): void;
  /** SUBSCRIBEs with Expires: 0. */
  leave(watch: number): void;
}

export const presence: WatchOptions = { event: "presence", accept: "application/pidf+xml" };

/** A document to publish (RFC 3863). */
export const pidf = (aor: string, note: string): string =>
  `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:${aor}"><tuple id="t1"><status><basic>open</basic></status><note>${note}</note></tuple></presence>`;
