// What a step of the home asks its object to do, as data: rows first, then what the rows allow to be said.

import type { FailedLogins } from "../auth/back-off";
import type { EpochMs } from "../base/brand";
import type { Tenancy } from "../contracts/account";
import type { MessageCounts } from "../contracts/message-counts";
import type { DialogName, PageNews, Parcel, Reply } from "../contracts/parcel";
import type { DialogRow } from "../dialog/dialog-table";
import type { Subscription } from "../events/subscription";
import type { Publication } from "../presence/publication";
import type { Frame } from "../sip/frame";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import type { CallRow } from "./calls/call-row";
import type {
  Device,
  EventDocument,
  ListEntryRow,
  Socket,
  StoredMessage,
  WaitingWatcher,
  XcapDocument,
} from "./state";

export type HomeEffect =
  | RowEffect
  /** The socket's attachment: free, and durable as long as the socket is. */
  | { readonly kind: "putSocket"; readonly socket: Socket }
  | { readonly kind: "sendFrame"; readonly socket: string; readonly frame: Frame }
  | { readonly kind: "closeSocket"; readonly socket: string; readonly code: number; readonly reason: string }
  | { readonly kind: "sendParcel"; readonly to: AddressOfRecord; readonly parcel: Parcel }
  | {
      readonly kind: "sendReply";
      readonly to: AddressOfRecord;
      readonly reply: Reply;
      /** It may be left out for one that comes in its place in a moment. */
      readonly mayWait?: true;
    }
  /** Tells a notifier's home that a page it owes a state to is back, or that one it would tell in vain is gone. */
  | {
      readonly kind: "sendPageNews";
      readonly to: AddressOfRecord;
      readonly news: PageNews;
      readonly dialogs: readonly DialogName[];
    }
  /** Asks for the first entry owed after `after` that is not in `except`; comes back through `fetched`. */
  | {
      readonly kind: "fetchMessage";
      readonly device: string;
      readonly after: number;
      readonly except: readonly number[];
    }
  /** Tells the realm's list that an account has come or gone. */
  | { readonly kind: "announce"; readonly change: "added" | "removed" }
  /** What an administrator's call was waiting for. */
  | { readonly kind: "settle"; readonly ticket: string; readonly status: number; readonly reason: string }
  /** The account is gone, and everything with it. */
  | { readonly kind: "deleteEverything" }
  | { readonly kind: "log"; readonly event: string; readonly detail: Readonly<Record<string, unknown>> };

export type RowEffect =
  | { readonly kind: "putTenancy"; readonly tenancy: Tenancy }
  | { readonly kind: "putFailedLogins"; readonly failedLogins: FailedLogins }
  | { readonly kind: "putDevice"; readonly device: Device }
  | { readonly kind: "deleteDevice"; readonly id: string }
  | { readonly kind: "putDialog"; readonly row: DialogRow }
  | { readonly kind: "deleteDialog"; readonly id: string }
  /** `ends`: once for each call, when its record is closed for good. */
  | { readonly kind: "putCall"; readonly row: CallRow; readonly ends: boolean }
  /** Removes the calls that are over. */
  | { readonly kind: "clearCalls" }
  /** Makes room in the log of calls: the oldest that are over go, beyond that many or begun before that id. */
  | { readonly kind: "trimCalls"; readonly keep: number; readonly before: string }
  | { readonly kind: "putSubscription"; readonly subscription: Subscription }
  | { readonly kind: "deleteSubscription"; readonly id: string }
  | { readonly kind: "putPublication"; readonly publication: Publication }
  | { readonly kind: "deletePublication"; readonly id: string }
  | { readonly kind: "putDocument"; readonly document: EventDocument }
  | { readonly kind: "putListEntry"; readonly row: ListEntryRow }
  | { readonly kind: "deleteListEntry"; readonly list: string; readonly uri: string }
  | { readonly kind: "putXcapDocument"; readonly document: XcapDocument }
  | { readonly kind: "deleteXcapDocument"; readonly auid: string; readonly name: string }
  | { readonly kind: "putWaiting"; readonly waiting: readonly WaitingWatcher[] }
  | { readonly kind: "putMessageCounts"; readonly messageCounts: MessageCounts }
  | { readonly kind: "appendMessage"; readonly message: StoredMessage }
  | { readonly kind: "markTaken"; readonly sequence: number }
  /** Removes the entries up to `through` that some device took, and `taken`, which one has just taken. */
  | { readonly kind: "deleteMessages"; readonly through: number; readonly taken: number }
  /** Removes what was to be kept until then. */
  | { readonly kind: "expireMessages"; readonly before: EpochMs }
  | { readonly kind: "clearMessages" }
  /** Makes room: removes taken entries, oldest first, until so many messages and octets are gone. */
  | { readonly kind: "evictMessages"; readonly messages: number; readonly octets: number };

const rowKinds: Readonly<Record<RowEffect["kind"], true>> = {
  putTenancy: true,
  putFailedLogins: true,
  putDevice: true,
  deleteDevice: true,
  putDialog: true,
  deleteDialog: true,
  putCall: true,
  clearCalls: true,
  trimCalls: true,
  putSubscription: true,
  deleteSubscription: true,
  putPublication: true,
  deletePublication: true,
  putDocument: true,
  putListEntry: true,
  deleteListEntry: true,
  putXcapDocument: true,
  deleteXcapDocument: true,
  putWaiting: true,
  putMessageCounts: true,
  appendMessage: true,
  markTaken: true,
  deleteMessages: true,
  expireMessages: true,
  clearMessages: true,
  evictMessages: true,
};

export const isRowEffect = (effect: HomeEffect): effect is RowEffect => effect.kind in rowKinds;

/** An effect that is no row, and follows once all rows of its step are there. */
export type OutwardEffect = Exclude<HomeEffect, RowEffect>;
