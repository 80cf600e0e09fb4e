// Devices: here, gone a moment ago, or away (design "Socket, page, device, account").
//
// A row is written when a device changes state, never on a refresh. After its socket is gone a device keeps its
// place for a grace, so that a reload, a deploy or a dead radio cell is no absence.

import { after } from "../base/brand";
import type { Binding } from "../registrar/binding";
import { isCurrent } from "../registrar/binding";
import { endDialogsOf } from "./dialogs";
import { endPublications } from "./events/publish";
import type { Device, Socket } from "./state";
import { emit, log, type Turn } from "./turn";

export interface LiveBinding {
  readonly socket: Socket;
  readonly binding: Binding;
}

/** The live bindings of one device, oldest registration first: requests go to the last. */
export const liveBindingsOf = (turn: Turn, device: string): readonly LiveBinding[] =>
  liveBindings(turn, device);

/** Every live binding (of one device), oldest registration first; of one REGISTER's the one with the highest q last. */
export function liveBindings({ state, now }: Turn, device?: string): readonly LiveBinding[] {
  const live: LiveBinding[] = [];
  for (const socket of state.sockets.values()) {
    for (const binding of socket.bindings) {
      if (device !== undefined && binding.device !== device) continue;
      if (isCurrent(binding, now)) live.push({ socket, binding });
    }
  }
  if (live.length < 2) return live;
  return live.sort((a, b) => a.binding.registeredAt - b.binding.registeredAt || a.binding.q - b.binding.q);
}

export function putDevice(turn: Turn, device: Device): Device {
  turn.state.devices.set(device.id, device);
  turn.changed.add("presence").add("reg");
  emit(turn, { kind: "putDevice", device });
  return device;
}

/** A device's name in a path: an instance-id holds what a path cannot. */
export const deviceKey = ({ ports }: Pick<Turn, "ports">, { id }: Pick<Device, "id">): string =>
  ports.keyring.deriveToken("device", id);

/** Its last socket is gone, as far as is known since `turn.now`: the grace begins. */
export function beginGrace(turn: Turn, device: Device): void {
  const graceUntil = after(turn.now, turn.ports.settings.registration.grace);
  putDevice(turn, { ...device, state: "grace", graceUntil });
}

/** It has left, or has not come back in time. */
export function beginAway(turn: Turn, device: Device, why: "unregistered" | "grace over" | "expired"): void {
  putDevice(turn, { ...device, state: "away", since: turn.now, graceUntil: undefined });
  log(turn, "away", { device: device.id, why });
  endDialogsOf(turn, device);
  endPublications(turn, device.id);
}
