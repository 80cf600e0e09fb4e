export interface FlowView {
  readonly id: string;
  readonly scheme: "ws" | "wss";
  readonly openedAt: string;
  readonly origin?: string;
  readonly userAgent?: string;
  readonly registeredUntil?: string;
  readonly pinged: boolean;
}
export interface DialogView {
  readonly id: string;
  readonly callId: string;
  readonly usages: readonly ("invite" | "subscribe" | "refer")[];
  readonly peer: string;
  readonly since?: string;
  readonly state: "early" | "confirmed" | "ended";
  readonly device?: string;
}
export interface SubscriptionView {
  readonly event: string;
  readonly role: "notifier" | "subscriber";
  readonly peer: string;
  readonly state: "pending" | "active" | "terminated";
  readonly expiresAt?: string;
  readonly since?: string;
  readonly list?: string;
}
export interface PublicationView {
  readonly id: string;
  readonly event: string;
  readonly contentType: string;
  readonly since: string;
  readonly expiresAt: string;
  readonly summary?: string;
  readonly device?: string;
}
export interface AccountLists {
  listDialogs(): Promise<readonly DialogView[] | undefined>;
  listSubscriptions(): Promise<readonly SubscriptionView[] | undefined>;
  listPublications(): Promise<readonly PublicationView[] | undefined>;
}
