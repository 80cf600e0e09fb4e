// What the administrator's HTTP API asks of the objects: typed calls, plain data both ways, never a throw on
// purpose. Every call is idempotent.

import type { DigestAlgorithm } from "../auth/digest";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import type { AccountLists, FlowView } from "./account-lists";
import type { CallPage } from "./call-record";
import type { CallRules, RingGroup } from "./call-rules";
import type { RealmFigureKeeping, TellsFigures } from "./figures";
import type { MessageCounts } from "./message-counts";

/** An account as the administrator sees it: no secret in it. */
export interface AccountView {
  readonly aor: string;
  readonly spelling: string;
  readonly enabled: boolean;
  readonly aliases: readonly string[];
  readonly blocked: readonly string[];
  readonly rules?: CallRules;
  readonly group?: RingGroup;
  /** The digest algorithms this account can log in with. */
  readonly algorithms: readonly DigestAlgorithm[];
  /** RFC 3339. */
  readonly createdAt: string;
}

/** What may be given when an account is made or changed; absent members stay as they are. */
export interface AccountChange {
  readonly spelling?: string;
  /** Turned into H(A1)s at once and forgotten. */
  readonly password?: string;
  /** Imported H(A1)s (Kamailio's `ha1` and `ha1b` columns are `user` and `aor` for MD5). */
  readonly ha1s?: {
    readonly user?: Readonly<Partial<Record<DigestAlgorithm, string>>>;
    readonly aor?: Readonly<Partial<Record<DigestAlgorithm, string>>>;
  };
  readonly aliases?: readonly AddressOfRecord[];
  readonly blocked?: readonly AddressOfRecord[];
  /** `null` takes them away. */
  readonly rules?: CallRules | null;
  readonly group?: RingGroup | null;
  readonly enabled?: boolean;
}

export type PutAccountOutcome =
  | { readonly kind: "created" | "updated"; readonly account: AccountView }
  /** `create` was asked for and it exists; or a name is taken as alias or account by another. */
  | { readonly kind: "conflict"; readonly detail: string };

/** A device, live or away. */
export interface DeviceView {
  /** Opaque, stable, safe in a path: names the device in other calls. */
  readonly id: string;
  readonly instance: string | undefined;
  readonly contact: string;
  readonly state: "live" | "grace" | "away";
  /** RFC 3339. */
  readonly since: string;
  readonly userAgent: string | undefined;
  readonly address: string | undefined;
  /** Of a live device, where the platform says so: two letters (ISO 3166-1), `T1` for Tor. */
  readonly country?: string;
  /** RFC 3339. */
  readonly lastSeenAt: string;
  readonly flow?: FlowView;
  /** Connections it has: tabs of a browser. */
  readonly flows: number;
  /** Stored messages it has not taken yet. */
  readonly owed: number;
}

/** One entry of the message log. */
export interface StoredMessageView {
  readonly sequence: number;
  readonly direction: "received" | "sent";
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly expiresAt: string | undefined;
  readonly contentType: string;
  /** Text, or base64 when `encoding` says so. */
  readonly body: string;
  readonly encoding: "text" | "base64";
  /** Some device took it. */
  readonly taken: boolean;
}

export interface MessagePage {
  readonly messages: readonly StoredMessageView[];
  /** Pass as `after` to go on; absent at the end. */
  readonly next: number | undefined;
}

export interface ServerMessage {
  /** The From URI, of a name in the same realm; it need not be an account. */
  readonly from: string;
  readonly contentType: string;
  readonly body: string;
}

/** The calls the administrator's API makes on the object of an address-of-record. */
export interface AddressOfRecordAdministration extends TellsFigures, AccountLists {
  /** `mode: "create"` conflicts with an existing account; `"put"` makes or changes one. */
  putAccount(aor: string, change: AccountChange, mode: "create" | "put"): Promise<PutAccountOutcome>;
  readAccount(): Promise<AccountView | undefined>;
  /** False when there was none. Sockets are closed with 1008, everything of the account is deleted. */
  deleteAccount(): Promise<boolean>;
  listDevices(): Promise<readonly DeviceView[] | undefined>;
  /** Closes the device's sockets; `forget` also drops its row. False when there is no such device. */
  disconnectDevice(id: string, forget: boolean): Promise<boolean>;
  /** Delivers a MESSAGE from the server; the SIP status it came to (200 taken, 202 stored, 4xx). */
  sendMessage(message: ServerMessage): Promise<{ readonly status: number; readonly reason: string }>;
  readMessages(after: number, limit: number): Promise<MessagePage | undefined>;
  /** Removes the whole log; the number of messages removed. */
  clearMessages(): Promise<number | undefined>;
  /** The log of calls, newest first; `before` is the `next` of the page before. */
  readCalls(before: string | undefined, limit: number): Promise<CallPage | undefined>;
  /** Removes what is over; how many calls that were. */
  clearCalls(): Promise<number | undefined>;
  /** What was put of messages that wait elsewhere (RFC 3842), by class. */
  readMessageCounts(): Promise<MessageCounts | undefined>;
  /** In place of what was put before. False when there is no account. */
  putMessageCounts(counts: MessageCounts): Promise<boolean>;
  /** Makes this name an alias of an account; false when it is an account or another's alias. */
  claimAlias(aor: AddressOfRecord, of: AddressOfRecord): Promise<boolean>;
  /** Frees this name if it is an alias of that account. */
  releaseAlias(of: AddressOfRecord): Promise<void>;
}

/** One line of the realm's list. */
export interface ListedAccount {
  readonly aor: string;
  readonly createdAt: string;
  /** Absent for one that has said nothing since the list keeps it. */
  readonly enabled?: boolean;
  /** Live devices, open calls and the last sign of life, as its home last told (FIGURES). */
  readonly live?: number;
  readonly calls?: number;
  /** RFC 3339. */
  readonly lastActiveAt?: string;
}

/** Which accounts of a realm. */
export interface AccountFilter {
  /** Part of the user's name, in any case. */
  readonly query?: string | undefined;
  readonly state?: "online" | "in-call" | "disabled" | undefined;
  /** Whether how many there are is wanted too. */
  readonly counted?: boolean;
}

export interface AccountPage {
  readonly accounts: readonly ListedAccount[];
  /** Pass as `after` to go on; absent at the end. */
  readonly next: string | undefined;
  /** Of all pages; absent where it was not asked for, or only a look at every account would tell. */
  readonly total?: number;
}

/** The calls made on the object of a realm. On no message's path. */
export interface RealmAdministration extends RealmFigureKeeping {
  /** The deployment's secret, made once: used when none is configured. */
  deploymentSecret(): Promise<string>;
  accountAdded(account: ListedAccount): Promise<void>;
  accountRemoved(aor: string): Promise<void>;
  /** In the order of their names; `after` excludes itself. */
  listAccounts(after: string | undefined, limit: number, filter?: AccountFilter): Promise<AccountPage>;
}
