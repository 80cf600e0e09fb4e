// A request on its way to the user's devices: the delivery machine (messaging/delivery.ts) between parcels, sockets
// and the log (RFC 3428 §7, RFC 3261 §16).

import type { Parcel } from "../../contracts/parcel";
import type { DialogRow } from "../../dialog/dialog-table";
import { type Gruu, isGruuOf } from "../../flow/gruu";
import { classifyMessage, type MessageClass } from "../../messaging/classify-message";
import { liveCopy } from "../../messaging/copy";
import { type DeliveryTarget, openDelivery, stepDelivery } from "../../messaging/delivery";
import type { DeliveryEffect, DeliveryInput, DeliveryStep } from "../../messaging/delivery-state";
import { mayBeBehind } from "../../messaging/inbox";
import { keptUntil, mailboxFull, refuseBySize } from "../../messaging/mailbox-limits";
import type { Answer } from "../../messaging/verdict";
import { maxForwardsOf } from "../../proxy/admit";
import { type PassBackOptions, passBack } from "../../proxy/arrive";
import type { ResponseOptions } from "../../sip/build";
import { headerValues, type SipRequest, type SipResponse } from "../../sip/message";
import type { Refusal } from "../../sip/refusal";
import { oweBye, park } from "../calls/absent-page";
import { heard } from "../calls/unheard";
import { sealedContact } from "../departure";
import { liveBindingsOf } from "../device";
import { concludeInDialog, settleOpening } from "../dialogs";
import { socketOfPage } from "../page";
import { answer, reply } from "../reply";
import type { Delivery, Device, DialogNote } from "../state";
import { targetAtPage } from "../to-page";
import { newBranch, realmOf, sendFrame, type Turn } from "../turn";
import { appendToLog, makeRoom, passDevice, passEntry, roomFrom, sweepMessages } from "./message-log";
import { releaseDevice } from "./redeliver";

/** The one device or page that a request names. */
export interface Named {
  readonly gruu: Gruu | undefined;
  readonly page: string | undefined;
}

/** Delivers a request outside any dialog to every device of the user, or to the one that it names. */
export function deliver(turn: Turn, parcel: Parcel, request: SipRequest, { gruu, page }: Named): void {
  // RFC 3261 §16.3 step 3: the sender's home took one hop, the device's needs one more.
  if (maxForwardsOf(request) <= 0) return answer(turn, parcel, request, 483);
  const named = page === undefined ? undefined : deviceOfPage(turn, page);
  if (page !== undefined && named === undefined) return answer(turn, parcel, request, 480);
  const devices = named === undefined ? devicesFor(turn, parcel, gruu) : [named];
  // RFC 5627 §6.1: the device is no more, or its temporary GRUU is void.
  if (devices === undefined) return answer(turn, parcel, request, 404);
  const classed = classify(turn, request);
  const refused = refuse(turn, parcel, request, classed, devices);
  if (refused !== undefined) {
    const { status, reason } = refused;
    return answer(turn, parcel, request, status, reason === undefined ? {} : { reason });
  }
  sweepMessages(turn);
  const hasNoRoom = classed.treatment === "storable" && isFull(turn, parcel, request);
  const treatment = hasNoRoom ? "transient" : classed.treatment;
  const isBusy = hasTooMuchOpen(turn);
  // What can wait in the log goes there at once, and from there to one device after the other.
  if (isBusy && treatment !== "storable") return answer(turn, parcel, request, 503, retrySoon);
  const targets: DeliveryTarget[] = [];
  for (const device of devices) {
    const target = targetOf(turn, device, treatment === "storable");
    if (target !== undefined) targets.push(isBusy ? { ...target, standing: "behind" } : target);
  }
  const { messages } = turn.ports.settings;
  const recorded = messages.keepHistory && request.method === "MESSAGE";
  const sender = senderOf(turn, parcel);
  const opened = openDelivery({ key: parcel.key, treatment, targets, sender, recorded }, messages, turn.now);
  const expiresAt = keptUntil(turn.now, classed.expiresAt, messages);
  // An older message that some device has yet to answer goes into the log before a younger one does.
  if (opened.effects.some((effect) => effect.kind === "store")) overtake(turn, parcel.key);
  apply(
    turn,
    {
      machine: opened.state,
      request,
      parcel,
      expiresAt,
      responses: [],
      branches: [],
      onlyDevice: gruu === undefined && page === undefined ? undefined : devices[0]?.id,
      sequence: undefined,
      dialog: undefined,
    },
    opened,
  );
}

/** Delivers a request within a dialog to the page that owns it. */
export function deliverToPage(
  turn: Turn,
  parcel: Parcel,
  request: SipRequest,
  dialog: DialogNote,
  target: { readonly device: string; readonly socket: string },
): void {
  // RFC 3261 §16.3 step 3
  if (maxForwardsOf(request) <= 0) return answer(turn, parcel, request, 483);
  if (hasTooMuchOpen(turn)) return answer(turn, parcel, request, 503, retrySoon);
  const opened = openDelivery(
    { key: parcel.key, treatment: "transient", targets: [{ ...target, standing: "live" }], recorded: false },
    turn.ports.settings.messages,
    turn.now,
  );
  apply(
    turn,
    {
      machine: opened.state,
      request,
      parcel,
      expiresAt: turn.now,
      responses: [],
      branches: [],
      onlyDevice: target.device,
      sequence: undefined,
      dialog,
    },
    opened,
  );
}

const retrySoon: ResponseOptions = { lines: [["Retry-After", "1"]] };

/** Phones that do not answer must not fill the memory with what they were asked (design "Limits are settings"). */
export function hasTooMuchOpen({ state, ports }: Turn): boolean {
  const { openRequests, openOctets } = ports.settings.limits;
  return state.deliveries.size >= openRequests || state.deliveries.octets >= openOctets;
}

/** Tells one delivery what happened. */
export function advanceDelivery(turn: Turn, key: string, input: DeliveryInput, response?: SipResponse): void {
  const known = turn.state.deliveries.get(key);
  if (known === undefined) return;
  const responses = [...known.responses];
  if (input.kind === "responded") responses[input.branch] = response;
  const next = stepDelivery(known.machine, input, turn.now);
  if (input.kind !== "overtaken" && next.effects.some((effect) => effect.kind === "store"))
    overtake(turn, key);
  apply(turn, { ...known, machine: next.state, responses }, next);
}

/** Older deliveries are stored before a younger one: the log keeps the order in which messages came. */
function overtake(turn: Turn, youngest: string): void {
  for (const key of turn.state.deliveries.unstoredBefore(youngest)) {
    advanceDelivery(turn, key, { kind: "overtaken" });
  }
}

/** The delivery as the step has left it, and what the step asks for. */
function apply(turn: Turn, delivery: Delivery, { effects }: DeliveryStep): void {
  const { key } = delivery.machine;
  let current = delivery;
  turn.state.deliveries.set(key, current);
  for (const effect of effects) {
    if (effect.kind === "store") {
      current = { ...current, sequence: store(turn, current, effect) };
      turn.state.deliveries.set(key, current);
    } else runEffect(turn, current, effect);
  }
}

function runEffect(turn: Turn, delivery: Delivery, effect: Exclude<DeliveryEffect, { kind: "store" }>): void {
  const { parcel, request, sequence } = delivery;
  const { key } = parcel;
  switch (effect.kind) {
    case "send":
      return sendOn(turn, delivery, effect.branch, effect.device, effect.socket);
    case "pass":
      if (sequence !== undefined) passDevice(turn, effect.device, sequence, effect.taken);
      return;
    case "release":
      return releaseDevice(turn, effect.device, effect.retry);
    case "pending":
      return reply(turn, parcel, { kind: "pending", key });
    case "answer": {
      const cutFrom = isLostWithItsSocket(delivery, effect) ? dialogOf(turn, delivery) : undefined;
      if (cutFrom !== undefined) return cutWithin(turn, parcel, request, cutFrom);
      const chosen = effect.branch === undefined ? undefined : delivery.responses[effect.branch];
      if (delivery.dialog?.opens === undefined) concludeInDialog(turn, delivery, effect.status);
      else settleOpening(turn, delivery.dialog.row, chosen);
      if (chosen === undefined) return answer(turn, parcel, request, effect.status);
      return reply(turn, parcel, {
        kind: "answered",
        key,
        frame: passBack(chosen, request, wayBack(turn, delivery, chosen)),
      });
    }
    case "abandon":
      if (request.method === "BYE") oweUnanswered(turn, delivery);
      // RFC 6665 §4.1.2.4: what its SUBSCRIBE or REFER has opened waits for a NOTIFY, until Timer N.
      if (delivery.dialog?.opens === undefined) concludeInDialog(turn, delivery, undefined);
      return reply(turn, parcel, { kind: "abandoned", key });
    case "finished":
      if (request.method === "BYE") heard(turn, callOf(turn, delivery));
      return forget(turn, key);
  }
}

const callOf = ({ state }: Turn, { dialog }: Delivery): string | undefined =>
  state.dialogs.get(dialog?.row ?? "")?.call;

/** A page whose line is dead is not known to be away until it is back, or the line is found to be dead. */
function oweUnanswered(turn: Turn, { dialog, parcel }: Delivery): void {
  const row = turn.state.dialogs.get(dialog?.row ?? "");
  if (row !== undefined) oweBye(turn, row, parcel.frame);
}

/** What a page says in a dialog may be its Contact (RFC 3261 §12.1.1, §12.2.1.2). */
function wayBack(turn: Turn, { dialog, branches }: Delivery, response: SipResponse): PassBackOptions {
  if (dialog === undefined) return {};
  const { opens, recordRoute } = dialog;
  const page = turn.state.dialogs.get(dialog.row)?.page;
  if (page === undefined || branches.length === 0) return {};
  const contact = sealedContact(turn, response, page);
  if (opens === undefined || recordRoute === undefined) return { contact };
  return { contact, recordRoute: { kind: "ours", lines: `Record-Route: ${recordRoute}\r\n` } };
}

/** The page's socket closed before it could answer, and the page may be back. */
const isLostWithItsSocket = ({ dialog }: Delivery, answered: Answer): boolean =>
  dialog !== undefined &&
  dialog.opens === undefined &&
  answered.status === 480 &&
  answered.branch === undefined;

/**
 * Whether the page has it nobody knows: it has it once more when it is back. Of a subscription that a home serves the
 * newest state is then owed, and nothing is kept of this one.
 */
export function cutWithin(turn: Turn, parcel: Parcel, request: SipRequest, row: DialogRow): void {
  if (request.method === "BYE" && oweBye(turn, row, parcel.frame)) return answer(turn, parcel, request, 200);
  if (row.call !== undefined || !isNotifyOfHome(request)) return park(turn, parcel, request, row);
  turn.state.missed.add(row.id);
  reply(turn, parcel, { kind: "absent", key: parcel.key });
}

/** RFC 3261 §16.6 step 8: what a home says itself has one Via; what a device says has that of its home too. */
const isNotifyOfHome = (request: SipRequest): boolean =>
  request.method === "NOTIFY" && headerValues(request, "via").length === 1;

/** The dialog, if it still stands; that of a BYE is over since it arrived. */
function dialogOf(turn: Turn, { dialog, request }: Delivery): DialogRow | undefined {
  const row = turn.state.dialogs.get(dialog?.row ?? "");
  return row?.state === "ended" && request.method !== "BYE" ? undefined : row;
}

/** RFC 3261 §16.6: the Contact as registered becomes the Request-URI; one branch for each device. */
function sendOn(turn: Turn, delivery: Delivery, index: number, device: string, socket: string): void {
  const { request, parcel } = delivery;
  const contact = contactFor(turn, delivery, device, socket);
  if (contact === undefined) return;
  const branch = newBranch(turn);
  const page = turn.state.sockets.get(socket)?.page ?? contact;
  turn.state.branches.set(branch, { kind: "delivery", key: parcel.key, index, page });
  delivery.branches.push(branch);
  sendFrame(
    turn,
    socket,
    liveCopy(request, {
      requestUri: contact,
      via: `SIP/2.0/WSS ${realmOf(turn)};branch=${branch}`,
      maxForwards: maxForwardsOf(request) - 1,
      recordRoute: delivery.dialog?.recordRoute,
    }),
  );
}

/** The Request-URI: the Contact registered, or within a dialog that which the page named in it. */
function contactFor(
  turn: Turn,
  { dialog, request }: Delivery,
  device: string,
  socket: string,
): string | undefined {
  if (dialog === undefined) {
    return liveBindingsOf(turn, device).findLast((live) => live.socket.id === socket)?.binding.uri;
  }
  const page = turn.state.dialogs.get(dialog.row)?.page ?? request.requestUri;
  return dialog.opens === undefined ? targetAtPage(turn, request.requestUri, page) : page;
}

function store(turn: Turn, delivery: Delivery, effect: Extract<DeliveryEffect, { kind: "store" }>): number {
  makeRoom(turn, delivery.request.text);
  const { owedTo, takenBy } = effect;
  const { lastOwed } = turn.state.log;
  const isTaken = takenBy.length > 0;
  // With no device at all it is owed to the one that will come.
  const owed = owedTo.length > 0 || !isTaken;
  const { expiresAt, parcel } = delivery;
  const { key } = parcel;
  const device = delivery.onlyDevice;
  const { from: sender, frame } = parcel;
  const said = { key, device, direction: "received", sender, expiresAt, frame } as const;
  const sequence = appendToLog(turn, { ...said, taken: isTaken, owed });
  // What is history alone moves no cursor: that would be a row for each device.
  if (!owed) return sequence;
  const decided = [...takenBy, ...effect.passedBy];
  for (const { id } of [...turn.state.devices.values()]) {
    if (owedTo.includes(id)) continue;
    // A device that came while nobody took it is owed it too, unless a GRUU named another.
    const isNewcomer = !decided.includes(id) && device === undefined && !isTaken;
    if (isNewcomer) releaseDevice(turn, id, "now");
    else passEntry(turn, id, sequence, lastOwed);
  }
  return sequence;
}

function forget(turn: Turn, key: string): void {
  for (const branch of turn.state.deliveries.get(key)?.branches ?? []) turn.state.branches.delete(branch);
  turn.state.deliveries.delete(key);
}

/** The device whose page is open, by the Contact that has left its home. */
export function deviceOfPage(turn: Turn, page: string): Device | undefined {
  const binding = socketOfPage(turn, page)?.bindings.find(({ uri }) => uri === page);
  return binding === undefined ? undefined : turn.state.devices.get(binding.device);
}

/** Every device of the user but the sending one; undefined when a GRUU names none. */
export function devicesFor(
  turn: Turn,
  parcel: Parcel,
  gruu: Gruu | undefined,
): readonly Device[] | undefined {
  const sender = senderOf(turn, parcel);
  return devicesNamed(turn, gruu, (device) => device.id !== sender);
}

/** The user's devices that may be asked, or the one a GRUU names; undefined when it names none of them. */
export function devicesNamed(
  turn: Turn,
  gruu: Gruu | undefined,
  mayBeAsked: (device: Device) => boolean,
): readonly Device[] | undefined {
  const devices = [...turn.state.devices.values()].filter(mayBeAsked);
  if (gruu === undefined) return devices;
  const named = devices.filter(
    (device) => isGruuOf(gruu, device.id) && (gruu.kind === "public" || gruu.epoch === device.gruuCallId),
  );
  return named.length === 0 ? undefined : named;
}

/** The user's own device that sent it: nothing is ever forked back (field: clients answer 482). */
function senderOf(turn: Turn, parcel: Parcel): string | undefined {
  if (parcel.from !== turn.state.aor) return undefined;
  const socket = turn.state.forwards.get(parcel.key)?.socket;
  return socket === undefined ? undefined : turn.state.sockets.get(socket)?.bindings.at(-1)?.device;
}

function targetOf(turn: Turn, device: Device, storable: boolean): DeliveryTarget | undefined {
  const socket = liveBindingsOf(turn, device.id).at(-1)?.socket.id;
  if (!storable) return socket === undefined ? undefined : { device: device.id, socket, standing: "live" };
  const isBehind =
    socket === undefined ||
    mayBeBehind(device.inbox, turn.state.log.lastOwed) ||
    turn.state.deliveries.willOwe(device.id);
  return { device: device.id, socket: socket ?? "", standing: isBehind ? "behind" : "live" };
}

function classify(turn: Turn, request: SipRequest): MessageClass {
  if (request.method !== "MESSAGE") return { treatment: "transient" };
  return classifyMessage(request, { inDialog: false, receivedAt: turn.now });
}

const isFull = (turn: Turn, { from }: Parcel, request: SipRequest): boolean =>
  roomFrom(turn, request.text, from).kind === "full";

function refuse(
  turn: Turn,
  parcel: Parcel,
  request: SipRequest,
  { treatment }: MessageClass,
  devices: readonly Device[],
): Refusal | undefined {
  const tooLarge = refuseBySize(request, turn.ports.settings.limits.body);
  if (tooLarge !== undefined || treatment !== "storable") return tooLarge;
  if (!isFull(turn, parcel, request)) return undefined;
  const isReachable = devices.some((device) => liveBindingsOf(turn, device.id).length > 0);
  return isReachable ? undefined : mailboxFull;
}

/** Fires what is due in every delivery. */
export function sweepDeliveries(turn: Turn): void {
  for (const [key, { machine }] of turn.state.deliveries.due(turn.now)) {
    for (const timer of ["pending", "store", "forget"] as const) {
      const deadline = machine.timers[timer];
      if (deadline !== undefined && deadline <= turn.now)
        advanceDelivery(turn, key, { kind: "timerFired", timer });
    }
  }
}
