// Devices that are forgotten: their row, their dialogs, what they published for as long as they are there, and what only they held back in the log.

import { after } from "../base/brand";
import { endDialogsOf } from "./dialogs";
import { endPublications } from "./events/publish";
import { trimLog } from "./messages/message-log";
import type { Device } from "./state";
import { emit, type Turn } from "./turn";

/** The device is one we have never seen: it has no place in the log, and no GRUU of its leads anywhere. */
export function forgetDevice(turn: Turn, device: Device): void {
  turn.state.devices.delete(device.id);
  turn.changed.add("presence").add("reg");
  emit(turn, { kind: "deleteDevice", id: device.id });
  endDialogsOf(turn, device);
  endPublications(turn, device.id);
  trimLog(turn);
}

/**
 * At most so many devices an account, and none that has been away for long. The longest away goes first, then who
 * is within a grace; one that is here stays (a new one is refused instead).
 */
export function forgetOldDevices(turn: Turn): void {
  const { devices: most, forgetDevice: span } = turn.ports.settings.registration;
  const absent = [...turn.state.devices.values()]
    .filter((device) => device.state !== "live")
    .sort((a, b) => Number(a.state === "grace") - Number(b.state === "grace") || a.since - b.since);
  for (const device of absent) {
    const isTooMany = turn.state.devices.size > most;
    const isLongAway = device.state === "away" && after(device.since, span) <= turn.now;
    if (isTooMany || isLongAway) forgetDevice(turn, device);
  }
}
