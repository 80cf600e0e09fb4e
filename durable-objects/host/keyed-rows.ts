// Which row an effect writes, of the tables that hold JSON under a text key (decision 0008).

import type { RowEffect } from "../../src/home/effect";
import { listEntryKey } from "../../src/home/lists/list-rows";
import { documentKey } from "./event-documents";

export type KeyedTable = "meta" | "device" | "dialog" | "subscription" | "publication" | "list_entry";

export interface KeyedRow {
  readonly table: KeyedTable;
  readonly key: string;
  /** Undefined where the row goes. */
  readonly value?: unknown;
}

const keyedKinds = [
  ...(["putTenancy", "putDocument", "putWaiting", "putMessageCounts", "putFailedLogins"] as const),
  ...(["putDevice", "deleteDevice", "putDialog", "deleteDialog", "putSubscription"] as const),
  ...([
    "deleteSubscription",
    "putPublication",
    "deletePublication",
    "putListEntry",
    "deleteListEntry",
  ] as const),
] as const;

export type KeyedEffect = Extract<RowEffect, { kind: (typeof keyedKinds)[number] }>;

const kinds: ReadonlySet<string> = new Set(keyedKinds);

export const isKeyed = (effect: RowEffect): effect is KeyedEffect => kinds.has(effect.kind);

export function keyedRowOf(effect: KeyedEffect): KeyedRow {
  switch (effect.kind) {
    case "putTenancy":
      return { table: "meta", key: "tenancy", value: effect.tenancy };
    case "putDocument":
      return { table: "meta", key: documentKey(effect.document.event), value: effect.document };
    case "putWaiting":
      return { table: "meta", key: "waiting", value: effect.waiting };
    case "putMessageCounts":
      return { table: "meta", key: "message-counts", value: effect.messageCounts };
    case "putFailedLogins":
      return { table: "meta", key: "failed-logins", value: effect.failedLogins };
    case "putDevice":
      return { table: "device", key: effect.device.id, value: effect.device };
    case "deleteDevice":
      return { table: "device", key: effect.id };
    case "putDialog":
      return { table: "dialog", key: effect.row.id, value: effect.row };
    case "deleteDialog":
      return { table: "dialog", key: effect.id };
    case "putSubscription":
      return { table: "subscription", key: effect.subscription.id, value: effect.subscription };
    case "deleteSubscription":
      return { table: "subscription", key: effect.id };
    case "putPublication":
      return { table: "publication", key: effect.publication.id, value: effect.publication };
    case "deletePublication":
      return { table: "publication", key: effect.id };
    case "putListEntry":
      return { table: "list_entry", key: listEntryKey(effect.row.list, effect.row.uri), value: effect.row };
    case "deleteListEntry":
      return { table: "list_entry", key: listEntryKey(effect.list, effect.uri) };
  }
}
