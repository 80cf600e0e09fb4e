// Transaction keys, RFC 3261 §17.1.3 (client) and §17.2.3 (server), §9.2 for the transaction a CANCEL means.
// Two messages belong to one transaction when their keys are equal strings.
//
// A request whose branch lacks the magic cookie, or is the cookie alone (RFC 4475 §3.2.1), is matched by the
// RFC 2543 rules. No WebSocket client is that old (RFC 7118 is ten years younger than the cookie), but a
// broken one may send it, and a bare cookie would make all its requests one transaction. One rule is
// loosened: the To tag is left out, because the key of an ACK must be known before a response has chosen
// the tag. What it would tell apart, the Request-URI tells apart as well: two dialogs of one From tag,
// Call-ID, CSeq number and Via have different remote targets.

/** Equal for the messages of one transaction; opaque otherwise. */
export type TransactionKey = string & { readonly transactionKey: unique symbol };

/** What the keys are made of, as read from a request. */
export interface RequestIdentity {
  readonly method: string;
  readonly requestUri: string;
  readonly callId: string;
  readonly cseq: number;
  readonly fromTag: string | undefined;
  readonly topVia: {
    /** The whole value, without the values that follow it. */
    readonly text: string;
    /** Host and port as written. */
    readonly sentBy: string;
    readonly branch: string | undefined;
  };
}

const magicCookie = "z9hg4bk";

/** The key of the server transaction that `request` opens or belongs to; an ACK belongs to its INVITE. */
export function serverKey(request: RequestIdentity): TransactionKey {
  return keyFor(request, request.method === "ACK" ? "INVITE" : request.method);
}

/**
 * The key of the INVITE server transaction that `cancel` means (RFC 3261 §9.2). Other methods are not
 * cancelled: §9.1 has a client send no CANCEL for them, and RFC 6665 §4.6 has a server ignore it.
 */
export function cancelledKey(cancel: RequestIdentity): TransactionKey {
  return keyFor(cancel, "INVITE");
}

/** The key of a client transaction: the branch of our Via and the method of the request (§17.1.3). */
export function clientKey(branch: string, cseqMethod: string): TransactionKey {
  return key("client", branch.toLowerCase(), cseqMethod);
}

function keyFor(request: RequestIdentity, method: string): TransactionKey {
  const { topVia } = request;
  // RFC 3261 §7.3.1: parameter values and hosts compare without regard to case, methods do not.
  const branch = topVia.branch?.toLowerCase();
  if (branch !== undefined && branch.length > magicCookie.length && branch.startsWith(magicCookie)) {
    return key("server", branch, topVia.sentBy.toLowerCase(), method);
  }
  const { requestUri, callId, cseq, fromTag } = request;
  return key("server-2543", method, requestUri, fromTag ?? null, callId, cseq, topVia.text);
}

/** A JSON array: no value, however hostile, can look like two. */
const key = (...parts: readonly (string | number | null)[]): TransactionKey =>
  JSON.stringify(parts) as TransactionKey;
