// How a row of the dialog table goes: with the last usage, by a final response, with its page, by time
// (RFC 3261 §12.3, §15; RFC 5057 §4, §5; RFC 6665 §4.1.2.4, §4.4.1).

import { after, type EpochMs, epochMs } from "../base/brand";
import {
  type DialogChange,
  type DialogRow,
  type DialogSettings,
  type DialogTable,
  defaultDialogSettings,
  dialogOf,
  siblingsOf,
} from "./dialog-table";
import { type Impact, impactOf, isSameUsage, timeoutImpact, type Usage, usageKindOf } from "./usage";
import { largestCSeq, type RequestStep, requestWithin } from "./within-dialog";

/** How an in-dialog request ended. */
export interface Outcome {
  readonly method: string;
  /** The final status; undefined when nobody answered in time. */
  readonly status: number | undefined;
  /** The subscription of a SUBSCRIBE or NOTIFY, from its Event. */
  readonly usage?: Usage;
  /** It was a NOTIFY whose Subscription-State is `terminated`. */
  readonly terminated?: boolean;
}

/** What the end of an in-dialog request takes away, by RFC 5057 Table 2 and RFC 6665 §4.4.1. */
export function afterRequest(row: DialogRow, outcome: Outcome, now: EpochMs): readonly DialogChange[] {
  const { method, status } = outcome;
  const impact = isLastNotify(outcome) ? "usage" : impactOfOutcome(method, status);
  if (impact === "dialog") return endDialog(row, now);
  const usage = usageOf(outcome);
  return impact === "usage" && usage !== undefined ? endUsage(row, usage, now) : [];
}

/** RFC 6665 §4.4.1: the subscription ends with the NOTIFY that says so, unless that one will be sent again. */
const isLastNotify = ({ method, status, terminated }: Outcome): boolean =>
  method === "NOTIFY" && terminated === true && status !== 401 && status !== 407;

const impactOfOutcome = (method: string, status: number | undefined): Impact =>
  status === undefined ? timeoutImpact(method) : impactOf(status, method);

function usageOf({ method, usage }: Outcome): Usage | undefined {
  return usageKindOf(method) === "invite" ? { kind: "invite" } : usage;
}

/** One usage ends; the dialog with the last of them (RFC 5057 §4). */
export function endUsage(row: DialogRow, usage: Usage, now: EpochMs): readonly DialogChange[] {
  const usages = row.usages.filter((other) => !isSameUsage(other, usage));
  if (row.state === "ended" || usages.length === row.usages.length) return [];
  return usages.length === 0 ? endDialog(row, now) : [{ kind: "putDialog", row: { ...row, usages } }];
}

/** The dialog ends with all its usages; its row stays for what crossed the end, and for forks yet to come. */
export function endDialog(row: DialogRow, now: EpochMs): readonly DialogChange[] {
  if (row.state === "ended") return [];
  const { view: _view, ...names } = row;
  return [{ kind: "putDialog", row: { ...names, state: "ended", endedAt: now } }];
}

/**
 * The request that opened `row` was refused. RFC 3261 §12.3: its early dialogs end with it, and its half one;
 * what a NOTIFY or another 2xx has confirmed lives on. No row is left of them: the ACK of a refusal names an early
 * dialog by its tags, and must not pass for one within it (§17.1.1.3).
 */
export function openingRefused(table: DialogTable, row: DialogRow): readonly DialogChange[] {
  return siblingsOf(table, row)
    .filter(({ state }) => state === "half" || state === "early")
    .map(({ id }) => ({ kind: "deleteDialog", id }));
}

/** A page is gone for good: all its rows with it, but for those of calls, whose peers must hear of it (`lastWord`). */
export function removePage(table: DialogTable, page: string): readonly DialogChange[] {
  return table
    .ofPage(page)
    .filter((row) => row.call === undefined)
    .map((row) => ({ kind: "deleteDialog", id: row.id }));
}

/** Far above what the page may have sent since its row was written: gaps are no error (RFC 3261 §12.2.2). */
export const cseqGap = 1_000_000;

/**
 * The BYE a home sends for a page that is gone, as the page would: the first Route is still our own. Undefined
 * where there is no call to end, or no sequence number left to end it with.
 */
export function lastWord(row: DialogRow): RequestStep | undefined {
  const dialog = dialogOf(row);
  const isCall = row.state === "confirmed" && row.usages.some((usage) => usage.kind === "invite");
  if (dialog === undefined || !isCall) return undefined;
  const last = dialog.localCSeq ?? 0;
  const cseq = Math.min(last + cseqGap, largestCSeq);
  return cseq > last ? requestWithin(dialog, "BYE", cseq) : undefined;
}

/** Deletes what has ended long enough ago, was never formed in time, or showed no sign of life. */
export function sweepDialogs(
  table: DialogTable,
  now: EpochMs,
  settings: DialogSettings = defaultDialogSettings,
): readonly DialogChange[] {
  const over = table.standing().filter((row) => row.endedAt === undefined && row.expiresAt <= now);
  for (const row of table.ended()) {
    if (deadlineOf(row, settings) > now) break;
    over.push(row);
  }
  return over.map(({ id }) => ({ kind: "deleteDialog", id }));
}

/** When somebody is to be woken for `sweepDialogs`, of whom `unwritten` are in memory alone; undefined where nobody is. */
export function nextDialogSweep(
  table: DialogTable,
  unwritten: ReadonlySet<string> = new Set(),
  settings: DialogSettings = defaultDialogSettings,
): EpochMs | undefined {
  let nearest = Number.POSITIVE_INFINITY;
  for (const row of table.standing()) {
    if (!unwritten.has(row.id)) nearest = Math.min(nearest, deadlineOf(row, settings));
  }
  return nearest === Number.POSITIVE_INFINITY ? undefined : epochMs(nearest);
}

const deadlineOf = (row: DialogRow, settings: DialogSettings): EpochMs =>
  row.endedAt === undefined ? row.expiresAt : after(row.endedAt, settings.endedFor);
