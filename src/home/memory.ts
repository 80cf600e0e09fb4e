// What a home holds in no row and no attachment, when its memory begins.

import type { EpochMs } from "../base/brand";
import { RecentMap } from "../base/recent-map";
import { WeighedMap } from "../base/weighed-map";
import { weightOfNotifier } from "../events/notifier";
import { weightOfForward } from "./forward";
import { OpenDeliveries } from "./messages/open-deliveries";
import { rememberedReplies, weightOfReply } from "./reply";
import type { HomeState } from "./state";

type InRows =
  | "aor"
  | "tenancy"
  | "devices"
  | "dialogs"
  | "calls"
  | "subscriptions"
  | "publications"
  | "documents"
  | "xcap"
  | "waiting"
  | "messageCounts"
  | "lists"
  | "backEnds"
  | "log"
  | "storedKeys"
  | "storedBy"
  | "failedLogins";

/** Sockets are the caller's: they are in attachments. */
export const emptyMemory = (now: EpochMs): Omit<HomeState, InRows> => ({
  loadedAt: now,
  sockets: new Map(),
  unwritten: new Set(),
  parked: new Map(),
  unheard: new Map(),
  notifiers: new WeighedMap(weightOfNotifier),
  fanOuts: new Map(),
  burst: 0,
  endedCalls: new Map(),
  endedWatchers: new Map(),
  endedContacts: new Map(),
  notifiedAt: new Map(),
  xcapTold: new Map(),
  ruleset: undefined,
  sphere: undefined,
  composed: undefined,
  shown: undefined,
  judgedUnder: undefined,
  toJudge: new Set(),
  forwards: new WeighedMap(weightOfForward),
  deliveries: new OpenDeliveries(),
  redeliveries: new Map(),
  branches: new Map(),
  replies: new RecentMap(rememberedReplies, weightOfReply),
  rates: new Map(),
  noted: new Set(),
  lostPages: new Map(),
  missed: new Set(),
  saveFailuresAt: undefined,
});
