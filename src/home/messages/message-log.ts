// The message log and the cursors of devices in it (design "One log, a cursor per device"): what is appended, what a
// device passes, and what can go.

import { lowestCursor, passAppended, passMessage } from "../../messaging/inbox";
import { hasFullShare, type Room, roomFor } from "../../messaging/mailbox-limits";
import { type Frame, frameLength } from "../../sip/frame";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import { putDevice } from "../device";
import type { StoredMessage } from "../state";
import { emit, log, type Turn } from "../turn";
import { addShare } from "./sender-share";

/** Appends an entry and returns its sequence number: rising, never given twice. */
export function appendToLog(
  turn: Turn,
  entry: Pick<
    StoredMessage,
    "key" | "device" | "direction" | "sender" | "expiresAt" | "frame" | "taken" | "owed"
  >,
): number {
  const { log: before } = turn.state;
  const sequence = before.last + 1;
  const octets = frameLength(entry.frame);
  const message: StoredMessage = { ...entry, sequence, at: turn.now, octets };
  const isUntaken = !entry.taken && entry.direction === "received";
  const isForAny = isUntaken && entry.device === undefined;
  turn.state.log = {
    last: sequence,
    lastOwed: entry.owed ? sequence : before.lastOwed,
    firstUntaken: before.firstUntaken ?? (isForAny ? sequence : undefined),
    messages: before.messages + 1,
    octets: before.octets + octets,
    takenMessages: before.takenMessages + (isUntaken ? 0 : 1),
    takenOctets: before.takenOctets + (isUntaken ? 0 : octets),
    nextExpiry:
      before.nextExpiry !== undefined && before.nextExpiry < entry.expiresAt
        ? before.nextExpiry
        : entry.expiresAt,
  };
  if (entry.key !== undefined) turn.state.storedKeys.add(entry.key);
  if (isUntaken && entry.sender !== undefined) addShare(turn.state.storedBy, entry.sender, 1, octets);
  emit(turn, { kind: "appendMessage", message });
  return sequence;
}

/** Too old to be delivered or read, looked at no oftener than the oldest can have become so. */
export function sweepMessages(turn: Turn): void {
  const { nextExpiry } = turn.state.log;
  if (nextExpiry !== undefined && nextExpiry <= turn.now)
    emit(turn, { kind: "expireMessages", before: turn.now });
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

/** Whether one more such message of that sender's fits; the user's own have all the room there is. */
export function roomFrom(turn: Turn, frame: Frame, sender: AddressOfRecord): Room {
  const { storedBy, aor } = turn.state;
  const share = sender === aor ? undefined : storedBy.get(sender);
  const isFull = share !== undefined && hasFullShare(frameLength(frame), share, turn.ports.settings.messages);
  return isFull ? { kind: "full" } : roomOf(turn, frame);
}

/** Whether one more such message fits. */
export function roomOf(turn: Turn, frame: Frame): Room {
  const { log: use } = turn.state;
  const { messages } = turn.ports.settings;
  // A UTF-16 unit takes three octets at most: where there is room for that, nothing has to be encoded.
  if (roomFor(frame.length * 3, use, messages).kind === "room") return { kind: "room" };
  const room = roomFor(frameLength(frame), use, messages);
  // What is too old goes with this step: its place is free.
  const isExpired = use.nextExpiry !== undefined && use.nextExpiry <= turn.now;
  return room.kind === "full" && isExpired ? { kind: "room" } : room;
}

/** Room for one more in the log, made if need be from what was taken already. */
export function makeRoom(turn: Turn, frame: Frame): void {
  const room = roomOf(turn, frame);
  if (room.kind !== "evictTaken") return;
  log(turn, "mailbox makes room", { messages: room.messages, octets: room.octets });
  emit(turn, { kind: "evictMessages", messages: room.messages, octets: room.octets });
}

/** Without a device that held them back, entries may have been passed by all that are left. */
export function trimLog(turn: Turn): void {
  const { log: use, devices } = turn.state;
  if (turn.ports.settings.messages.keepHistory || devices.size === 0 || use.takenMessages === 0) return;
  emit(turn, { kind: "deleteMessages", through: lowest(turn), taken: 0 });
}

const lowest = (turn: Turn): number =>
  lowestCursor([...turn.state.devices.values()].map(({ inbox }) => inbox));
