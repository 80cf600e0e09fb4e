import type { DigestAlgorithm } from "../../../src/auth/digest";
import type { AddressOfRecord } from "../../../src/sip/uri/address-of-record";
import type { AccountLists, FlowView } from "./account-lists";
import type { CallPage } from "./call-record";
import type { CallRules, RingGroup } from "./call-rules";
import type { RealmFigureKeeping, TellsFigures } from "./figures";
import type { MessageCounts } from "./message-counts";
export interface AccountView {
  readonly aor: string;
  readonly spelling: string;
  readonly enabled: boolean;
  readonly aliases: readonly string[];
  readonly blocked: readonly string[];
  readonly rules?: CallRules;
  readonly group?: RingGroup;
  readonly algorithms: readonly DigestAlgorithm[];
  readonly createdAt: string;
}
export interface AccountChange {
  readonly spelling?: string;
  readonly password?: string;
  readonly ha1s?: {
    readonly user?: Readonly<Partial<Record<DigestAlgorithm, string>>>;
    readonly aor?: Readonly<Partial<Record<DigestAlgorithm, string>>>;
  };
  readonly aliases?: readonly AddressOfRecord[];
  readonly blocked?: readonly AddressOfRecord[];
  readonly rules?: CallRules | null;
  readonly group?: RingGroup | null;
  readonly enabled?: boolean;
}
export type PutAccountOutcome =
  | {
      readonly kind: "created" | "updated";
      readonly account: AccountView;
    }
  | {
      readonly kind: "conflict";
      readonly detail: string;
    };
export interface DeviceView {
  readonly id: string;
  readonly instance: string | undefined;
  readonly contact: string;
  readonly state: "live" | "grace" | "away";
  readonly since: string;
  readonly userAgent: string | undefined;
  readonly address: string | undefined;
  readonly country?: string;
  readonly lastSeenAt: string;
  readonly flow?: FlowView;
  readonly flows: number;
  readonly owed: number;
}
export interface StoredMessageView {
  readonly sequence: number;
  readonly direction: "received" | "sent";
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly expiresAt: string | undefined;
  readonly contentType: string;
  readonly body: string;
  readonly encoding: "text" | "base64";
  readonly taken: boolean;
}
export interface MessagePage {
  readonly messages: readonly StoredMessageView[];
  readonly next: number | undefined;
}
export interface ServerMessage {
  readonly from: string;
  readonly contentType: string;
  readonly body: string;
}
export interface AddressOfRecordAdministration extends TellsFigures, AccountLists {
  putAccount(aor: string, change: AccountChange, mode: "create" | "put"): Promise<PutAccountOutcome>;
  readAccount(): Promise<AccountView | undefined>;
  deleteAccount(): Promise<boolean>;
  listDevices(): Promise<readonly DeviceView[] | undefined>;
  disconnectDevice(id: string, forget: boolean): Promise<boolean>;
  sendMessage(message: ServerMessage): Promise<{
    readonly status: number;
    readonly reason: string;
  }>;
  readMessages(after: number, limit: number): Promise<MessagePage | undefined>;
  clearMessages(): Promise<number | undefined>;
  readCalls(before: string | undefined, limit: number): Promise<CallPage | undefined>;
  clearCalls(): Promise<number | undefined>;
  readMessageCounts(): Promise<MessageCounts | undefined>;
  putMessageCounts(counts: MessageCounts): Promise<boolean>;
  claimAlias(aor: AddressOfRecord, of: AddressOfRecord): Promise<boolean>;
  releaseAlias(of: AddressOfRecord): Promise<void>;
}
export interface ListedAccount {
  readonly aor: string;
  readonly createdAt: string;
  readonly enabled?: boolean;
  readonly live?: number;
  readonly calls?: number;
  readonly lastActiveAt?: string;
}
export interface AccountFilter {
  readonly query?: string | undefined;
  readonly state?: "online" | "in-call" | "disabled" | undefined;
  readonly counted?: boolean;
}
export interface AccountPage {
  readonly accounts: readonly ListedAccount[];
  readonly next: string | undefined;
  readonly total?: number;
}
export interface RealmAdministration extends RealmFigureKeeping {
  deploymentSecret(): Promise<string>;
  accountAdded(account: ListedAccount): Promise<void>;
  accountRemoved(aor: string): Promise<void>;
  listAccounts(after: string | undefined, limit: number, filter?: AccountFilter): Promise<AccountPage>;
}
