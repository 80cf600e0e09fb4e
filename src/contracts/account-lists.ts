// What an account has now, as the administrator sees it: the flows of its devices, its dialogs, subscriptions and
// publications. Times are those of RFC 3339.

/** The connection of a live device: the newest, where it has several. */
export interface FlowView {
  readonly id: string;
  readonly scheme: "ws" | "wss";
  readonly openedAt: string;
  readonly origin?: string;
  /** As the network sees it; the device's own is the word of its User-Agent header field. */
  readonly userAgent?: string;
  readonly registeredUntil?: string;
  /** It sends keep-alives. */
  readonly pinged: boolean;
}

export interface DialogView {
  readonly id: string;
  readonly callId: string;
  readonly usages: readonly ("invite" | "subscribe" | "refer")[];
  /** Address-of-record of the other side where that is one of ours, else its URI; "" while it is not known. */
  readonly peer: string;
  /** Of a call. */
  readonly since?: string;
  readonly state: "early" | "confirmed" | "ended";
  /** By the name it has in the list of devices. */
  readonly device?: string;
}

export interface SubscriptionView {
  readonly event: string;
  /** Whether this user is the one who is watched, or the one who watches. */
  readonly role: "notifier" | "subscriber";
  readonly peer: string;
  readonly state: "pending" | "active" | "terminated";
  readonly expiresAt?: string;
  readonly since?: string;
  /** The list (RFC 4662) that it is to, or an entry of. */
  readonly list?: string;
}

export interface PublicationView {
  /** No entity-tag: with that anybody could change it. */
  readonly id: string;
  readonly event: string;
  readonly contentType: string;
  readonly since: string;
  readonly expiresAt: string;
  /** What it says, in a few words. */
  readonly summary?: string;
  readonly device?: string;
}

/** Undefined where there is no such account. */
export interface AccountLists {
  listDialogs(): Promise<readonly DialogView[] | undefined>;
  listSubscriptions(): Promise<readonly SubscriptionView[] | undefined>;
  listPublications(): Promise<readonly PublicationView[] | undefined>;
}
