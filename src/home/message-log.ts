// The message log and the cursors of devices in it (design "One log, a cursor per device"): what is appended, what a
// device passes, and what can go.

import { lowestCursor, passAppended, passMessage } from "../messaging/inbox";
import { frameLength } from "../sip/frame";
import { putDevice } from "./device";
import type { StoredMessage } from "./state";
import { emit, type Turn } from "./turn";

/** Appends an entry and returns its sequence number: rising, never given twice. */
export function appendToLog(
  turn: Turn,
  entry: Pick<StoredMessage, "key" | "direction" | "expiresAt" | "frame" | "taken" | "owed">,
): number {
  const { log } = turn.state;
  const sequence = log.last + 1;
  const octets = frameLength(entry.frame);
  const message: StoredMessage = { ...entry, sequence, at: turn.now, octets };
  const isUntaken = !entry.taken && entry.direction === "received";
  turn.state.log = {
    last: sequence,
    lastOwed: entry.owed ? sequence : log.lastOwed,
    firstUntaken: log.firstUntaken ?? (isUntaken ? sequence : undefined),
    messages: log.messages + 1,
    octets: log.octets + octets,
    takenMessages: log.takenMessages + (isUntaken ? 0 : 1),
    takenOctets: log.takenOctets + (isUntaken ? 0 : octets),
    nextExpiry:
      log.nextExpiry !== undefined && log.nextExpiry < entry.expiresAt ? log.nextExpiry : entry.expiresAt,
  };
  if (entry.key !== undefined) turn.state.storedKeys.add(entry.key);
  emit(turn, { kind: "appendMessage", message });
  return sequence;
}

/**
 * A device is owed a message no more. Once every device has passed it, it goes, unless history is kept or nobody
 * took it: then it waits for a device to come, until it is too old.
 */
export function passDevice(turn: Turn, id: string, sequence: number, taken: boolean): void {
  const device = turn.state.devices.get(id);
  if (device === undefined) return;
  const inbox = passMessage(device.inbox, sequence);
  if (inbox === device.inbox) return;
  const before = lowest(turn);
  putDevice(turn, { ...device, inbox });
  const through = lowest(turn);
  const goes = !turn.ports.settings.messages.keepHistory && through > before;
  if (goes) emit(turn, { kind: "deleteMessages", through, taken: taken ? sequence : 0 });
  if (taken && !(goes && sequence <= through)) emit(turn, { kind: "markTaken", sequence });
}

/** A device is not owed an entry that has just been appended; `lastOwed` is that of the log before. */
export function passEntry(turn: Turn, id: string, sequence: number, lastOwed: number): void {
  const device = turn.state.devices.get(id);
  if (device === undefined) return;
  const inbox = passAppended(device.inbox, sequence, lastOwed);
  if (inbox !== device.inbox) putDevice(turn, { ...device, inbox });
}

const lowest = (turn: Turn): number =>
  lowestCursor([...turn.state.devices.values()].map(({ inbox }) => inbox));
