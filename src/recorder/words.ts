// What a SIP status means, in words for whoever has to explain a failed call (RFC 3261 §21 and what was added since).

export interface Words {
  /** A few words, as a heading. */
  readonly title: string;
  /** One sentence. */
  readonly explanation: string;
}

const words: Readonly<Record<number, Words>> = {
  300: {
    title: "Several choices",
    explanation: "The other side offered other addresses, and nobody chose one.",
  },
  301: { title: "Moved for good", explanation: "The user is to be called at another address from now on." },
  302: { title: "Moved for now", explanation: "The user is to be called at another address for now." },
  305: { title: "Another proxy is needed", explanation: "The request has to go by another proxy." },
  380: {
    title: "Another service is needed",
    explanation: "The call cannot be made as it was; another service might do.",
  },
  400: {
    title: "Malformed request",
    explanation: "The message broke the rules of SIP; the phrase of the answer says where.",
  },
  401: { title: "Login refused", explanation: "The credentials were wrong, or there were none." },
  402: { title: "Payment required", explanation: "The other side wants to be paid first." },
  403: {
    title: "Forbidden",
    explanation: "The request was understood and refused: the sender may not do this, or is blocked.",
  },
  404: { title: "No such user", explanation: "Nobody has that address here." },
  405: { title: "Method not allowed", explanation: "That address does not take this kind of request." },
  406: {
    title: "Not acceptable",
    explanation: "The other side has no answer of a kind that the sender takes.",
  },
  407: { title: "Login refused", explanation: "The credentials were wrong, or there were none." },
  408: {
    title: "No answer in time",
    explanation: "The other side did not answer within the time of a transaction.",
  },
  410: { title: "Gone for good", explanation: "The address existed once, and does not any more." },
  412: { title: "Outdated", explanation: "What was to be changed has changed meanwhile." },
  413: { title: "Body too large", explanation: "The body is larger than the other side takes." },
  414: { title: "Address too long", explanation: "The Request-URI is longer than the other side takes." },
  415: { title: "Unsupported body", explanation: "The other side does not read that type of body." },
  416: { title: "Unsupported address", explanation: "The other side does not know that scheme of URI." },
  420: {
    title: "Unknown extension",
    explanation: "The sender demanded an extension that the other side does not have (see Unsupported).",
  },
  421: {
    title: "Extension required",
    explanation: "The other side demands an extension that the sender did not offer (see Require).",
  },
  422: {
    title: "Session interval too small",
    explanation: "The session timer is shorter than the other side allows (see Min-SE).",
  },
  423: {
    title: "Interval too brief",
    explanation: "The time asked for is shorter than is allowed (see Min-Expires).",
  },
  430: {
    title: "Connection lost",
    explanation: "The connection to the device was gone when the request was to be sent on it.",
  },
  433: { title: "Anonymity refused", explanation: "The other side takes no anonymous calls." },
  439: {
    title: "Outbound not supported",
    explanation: "The first hop does not support what the device asked for (RFC 5626).",
  },
  440: {
    title: "Too many branches",
    explanation: "The call would have rung in more places than are allowed.",
  },
  469: { title: "Bad INFO package", explanation: "The other side does not know what this INFO is about." },
  480: {
    title: "Not reachable",
    explanation: "The user exists and could not be reached, or did not answer.",
  },
  481: {
    title: "No such call",
    explanation:
      "The other side does not know the call or transaction that the message belongs to: it is over there.",
  },
  482: { title: "Loop", explanation: "The request came back to where it had been." },
  483: {
    title: "Too many hops",
    explanation: "The request crossed more elements than are allowed; it may go in a circle.",
  },
  484: { title: "Incomplete address", explanation: "The number or address is not complete." },
  485: { title: "Ambiguous address", explanation: "The address could mean several users." },
  486: { title: "Busy", explanation: "The user is in another call, or does not want to be disturbed." },
  487: { title: "Cancelled", explanation: "The caller hung up before there was an answer." },
  488: {
    title: "No common media",
    explanation: "The two sides have no codec or kind of media in common, or the media could not be set up.",
  },
  489: {
    title: "Unknown event",
    explanation: "The other side does not know the event that was subscribed to.",
  },
  491: {
    title: "Crossed requests",
    explanation: "Both sides changed the call at once; one of them tries again.",
  },
  493: {
    title: "Undecipherable",
    explanation: "The body is encrypted in a way that the other side cannot read.",
  },
  494: {
    title: "Security agreement required",
    explanation: "The other side wants to agree on security first.",
  },
  500: { title: "Server error", explanation: "The answering element met a fault of its own." },
  501: { title: "Not implemented", explanation: "The answering element does not know that method." },
  502: { title: "Bad gateway", explanation: "An element further on gave an answer that makes no sense." },
  503: {
    title: "Unavailable for now",
    explanation:
      "The answering element is overloaded, or could not reach the next one; Retry-After says when to try again.",
  },
  504: {
    title: "Timed out further on",
    explanation: "An element further on, or a page that is away, did not answer in time.",
  },
  505: {
    title: "Version not supported",
    explanation: "The message is of a version of SIP that is not spoken here.",
  },
  513: { title: "Message too large", explanation: "The message is larger than is taken here." },
  555: {
    title: "Push not supported",
    explanation: "The push service that the device named is not known here.",
  },
  580: {
    title: "Precondition failed",
    explanation: "What the call was to have before it rings could not be had.",
  },
  600: { title: "Busy everywhere", explanation: "The user is busy on every device." },
  603: { title: "Declined", explanation: "The user declined the call." },
  604: { title: "No such user anywhere", explanation: "Nobody has that address, here or elsewhere." },
  606: {
    title: "Not acceptable anywhere",
    explanation: "The user would talk, but not with the media that was offered.",
  },
  607: { title: "Unwanted", explanation: "The user marked the call as unwanted." },
  608: { title: "Rejected by a filter", explanation: "A machine in between took the call for unwanted." },
};

/** What a status means; for one nobody has registered, its class. `method` is that of the request it answers. */
export function wordsOfStatus(status: number, method = ""): Words {
  const known = words[status];
  if ((status === 401 || status === 407) && method === "REGISTER")
    return { ...words[401], ...known } as Words;
  return known ?? ofClass(status);
}

function ofClass(status: number): Words {
  if (status < 200) return { title: "Under way", explanation: "The request is being worked on." };
  if (status < 300) return { title: "Went well", explanation: "The request was accepted." };
  if (status < 400) return { title: "Redirected", explanation: "The user is to be reached elsewhere." };
  if (status < 500) return { title: "Refused", explanation: "The request cannot be served as it is." };
  if (status < 600)
    return { title: "Server error", explanation: "The answering element could not serve the request." };
  return { title: "Refused everywhere", explanation: "The request is refused wherever the user may be." };
}
