// The administration API's answers, as far as the operator's view reads them. docs/http-api.md and /v1/openapi.json say
// the whole of it; members that are not known here are ignored.

/** One page of a list, with what leads on to the next. */
export interface ListedAccount {
  readonly aor: string;
  readonly createdAt: string;
  readonly enabled?: boolean;
  /** Devices that are connected; absent while the realm keeps no figures. */
  readonly live?: number;
  readonly calls?: number;
  readonly lastActiveAt?: string;
}

export interface AccountPage {
  readonly accounts: readonly ListedAccount[];
  readonly next?: string;
  readonly total?: number;
}

export interface Account {
  readonly aor: string;
  readonly spelling: string;
  readonly enabled: boolean;
  readonly aliases: readonly string[];
  readonly blocked: readonly string[];
  readonly algorithms: readonly string[];
  readonly createdAt: string;
}

export interface Device {
  readonly id: string;
  readonly instance?: string;
  readonly contact: string;
  readonly state: "live" | "grace" | "away";
  readonly since: string;
  readonly lastSeenAt?: string;
  readonly userAgent?: string;
  readonly address?: string;
  readonly country?: string;
  readonly owed: number;
  /** Of a live device: its newest connection. */
  readonly flow?: {
    readonly id: string;
    readonly scheme: string;
    readonly origin?: string;
    /** Of the browser, by its request. */
    readonly userAgent?: string;
    readonly registeredUntil?: string;
    readonly pinged: boolean;
  };
  readonly flows?: number;
}

export interface OpenDialog {
  readonly id: string;
  readonly callId: string;
  readonly usages: readonly string[];
  readonly peer: string;
  readonly since?: string;
  readonly state: string;
  readonly device?: string;
}

export type Outcome =
  | "underway"
  | "answered"
  | "noAnswer"
  | "busy"
  | "declined"
  | "cancelled"
  | "forwarded"
  | "failed";

/** One entry of an account's log. */
export interface LoggedCall {
  readonly id: string;
  readonly callId: string;
  readonly direction: "incoming" | "outgoing";
  readonly peer: string;
  readonly peerName?: string;
  readonly startedAt: string;
  readonly answeredAt?: string;
  readonly endedAt?: string;
  readonly duration?: number;
  readonly outcome: Outcome;
  readonly missed?: boolean;
  readonly status?: number;
  readonly device?: string;
}

/** One call of the realm. */
export interface RealmCall {
  readonly id: string;
  readonly callId: string;
  readonly caller: string;
  readonly callee: string;
  readonly startedAt: string;
  readonly answeredAt?: string;
  readonly endedAt?: string;
  readonly duration?: number;
  readonly outcome: Outcome;
  readonly status?: number;
}

export interface CallPage<Call> {
  readonly calls: readonly Call[];
  readonly next?: string;
}

export interface StoredMessage {
  readonly sequence: number;
  readonly direction: "received" | "sent";
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly expiresAt?: string;
  readonly contentType: string;
  readonly body: string;
  readonly encoding: "text" | "base64";
  readonly taken: boolean;
}

export interface MessagePage {
  readonly messages: readonly StoredMessage[];
  readonly next?: number;
}

export interface Subscription {
  readonly event: string;
  readonly role: string;
  readonly peer: string;
  readonly state: string;
  readonly expiresAt?: string;
  readonly since?: string;
}

export interface Publication {
  readonly id: string;
  readonly event: string;
  readonly contentType: string;
  readonly expiresAt?: string;
  readonly summary?: string;
}

export interface RealmFigures {
  readonly realm: string;
  readonly figures: boolean;
}

/** What is counted in each minute. */
export interface Counts {
  readonly registers: number;
  readonly messages: number;
  readonly stored: number;
  readonly calls: number;
  readonly answered: number;
  readonly failedCalls: number;
  readonly publishes: number;
  readonly subscribes: number;
  readonly notifies: number;
  readonly refused: number;
  readonly errors: number;
  readonly requests: number;
  readonly rows: number;
}

export interface Minute extends Counts {
  readonly minute: string;
}

export interface CostLine {
  readonly what: string;
  readonly count: number;
  readonly price: number;
}

export interface Figures {
  readonly enabled: boolean;
  readonly at: string;
  readonly now?: {
    readonly accounts: number;
    readonly online: number;
    readonly devices: number;
    readonly calls: number;
  };
  readonly minutes?: readonly Minute[];
  readonly cost?: {
    readonly currency: string;
    readonly perMonth: number;
    readonly basis: string;
    readonly lines: readonly CostLine[];
    readonly pricesOf: string;
  };
}

export interface Setting {
  readonly name: string;
  readonly value: unknown;
  readonly default: unknown;
  readonly isDefault: boolean;
  readonly meaning: string;
}

export interface Recording {
  readonly recording?: { readonly until: string; readonly bodies: boolean; readonly since: string };
  readonly failedCalls: boolean;
  readonly kept: { readonly messages: number; readonly octets: number; readonly oldestAt?: string };
}

export interface Exchange {
  readonly callId: string;
  readonly startedAt: string;
  readonly lastAt: string;
  readonly method: string;
  readonly peer: string;
  readonly direction: string;
  readonly messages: number;
  readonly status?: number;
  readonly failed: boolean;
  readonly summary: string;
}

export interface ExchangePage {
  readonly exchanges: readonly Exchange[];
  readonly next?: string;
}
