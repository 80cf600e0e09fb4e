// What calls have to be told of sockets, devices, wakes and time (design "When a device is away in a call").

import { type EpochMs, epochMs } from "../../base/brand";
import { isAnswered, type ResponseContext } from "../../proxy/response-context-state";
import { tagOf } from "../../sip/headers/tag";
import { branchOf } from "../../sip/headers/via";
import type { SipRequest } from "../../sip/message";
import { headerValue } from "../../sip/message";
import { liveBindingsOf } from "../device";
import { isPageOpen, socketOfPage } from "../page";
import type { Device, Socket } from "../state";
import { log, type Turn } from "../turn";
import { findAbsentPages, pageCameBack, pageLeft, pageReplaced, sweepAbsences } from "./absent-page";
import type { Call } from "./call";
import { endsElsewhereBy, isTalkedElsewhere } from "./call-elsewhere";
import { touchCall } from "./calls";
import { stepIncoming } from "./incoming-call";
import { stepOutgoing } from "./outgoing-call";
import { askWhatStands } from "./standing";
import { heard, refusalHeard, refusalsOn, reopen, sweepUnheard } from "./unheard";
import { tellAgain } from "./unheard-rows";
import { deliverParked } from "./within-call";

const callsOf = (turn: Turn): readonly Call[] => [...turn.state.calls.values()];

/** A socket is gone, after its device's other sockets have been looked at. */
export function socketLeftCalls(turn: Turn, socket: Socket): void {
  for (const { id } of refusalsOn(turn, socket.id)) reopen(turn, id);
  if (turn.state.calls.size === 0 && turn.state.parked.size === 0) return;
  const since = turn.now;
  for (const call of callsOf(turn)) {
    if (call.side === "callee") stepIncoming(turn, call.id, { kind: "flowClosed", socket: socket.id, since });
    else if (call.leg.socket === socket.id) stepOutgoing(turn, call.id, { kind: "flowClosed", since });
  }
  const pages = new Set(socket.bindings.map(({ uri }) => uri));
  if (socket.page !== undefined) pages.add(socket.page);
  for (const page of pages) {
    if (isPageOpen(turn, page)) pageCameToCalls(turn, page);
    else pageLeft(turn, page);
  }
  // Another tab of the device is here: what rings on this one may ring there.
  for (const { device } of socket.bindings) deviceCameToCalls(turn, device);
}

/** A device is here, with a page or on a socket that it did not have before. */
export function deviceCameToCalls(turn: Turn, device: string): void {
  if (turn.state.calls.size === 0 && turn.state.parked.size === 0) return;
  for (const { binding } of liveBindingsOf(turn, device)) pageCameToCalls(turn, binding.uri);
}

/** The device is here with a page that was not here before: what its lost pages had begun ends soon. */
export function deviceChangedPage(turn: Turn, device: string): void {
  for (const call of callsOf(turn)) {
    const page = call.side === "caller" ? call.leg.page : undefined;
    if (call.side === "caller" && call.device === device && page !== undefined && !isPageOpen(turn, page)) {
      stepOutgoing(turn, call.id, { kind: "pageReplaced" });
    }
    for (const absence of call.absences) {
      const isOfDevice = turn.state.dialogs
        .ofCall(call.id)
        .some((row) => row.page === absence.page && row.device === device);
      if (isOfDevice && !isPageOpen(turn, absence.page)) pageReplaced(turn, absence.page);
    }
  }
}

/** That page has an open socket: what it was owed goes out, what it rings or has called goes on. */
function pageCameToCalls(turn: Turn, page: string): void {
  const socket = socketOfPage(turn, page);
  if (socket === undefined) return;
  for (const call of callsOf(turn)) {
    if (call.side === "caller") {
      if (call.leg.page === page) stepOutgoing(turn, call.id, { kind: "pageCame", socket: socket.id });
    } else tellOfPage(turn, call, page, socket);
    if (hasOtherSocket(call, turn.state.calls.get(call.id))) touchCall(turn, call.id);
  }
  pageCameBack(turn, page, (parked) => deliverParked(turn, parked));
}

/** It still rings, and a home that wakes must not take the socket of its row, which is gone, for one that was cut. */
function hasOtherSocket(before: Call, now: Call | undefined): boolean {
  if (now?.side === "caller")
    return before.side === "caller" && now.leg.phase === "ringing" && now.leg.socket !== before.leg.socket;
  if (now === undefined || before.side === "caller" || isAnswered(now.context)) return false;
  return socketsOf(now.context).join() !== socketsOf(before.context).join();
}

const socketsOf = ({ branches, waiting }: ResponseContext): readonly string[] =>
  [...branches, ...waiting].map(({ destination }) => (destination.kind === "page" ? destination.socket : ""));

/** An INVITE within a dialog is for the page of that dialog alone; any other rings whichever device comes. */
function tellOfPage(turn: Turn, call: Extract<Call, { side: "callee" }>, page: string, socket: Socket): void {
  if (call.within !== undefined && turn.state.dialogs.get(call.within)?.page !== page) return;
  const binding = socket.bindings.find(({ uri }) => uri === page);
  const known = call.context.branches.find(
    ({ destination }) => destination.kind === "page" && destination.page === page,
  );
  const device =
    binding?.device ?? (known?.destination.kind === "page" ? known.destination.device : undefined);
  const isMember = call.context.branches.some(({ destination }) => destination.kind === "elsewhere");
  // Whose calls are sent on, or go to a group, does not ring himself.
  if (device === undefined || (known === undefined && isMember)) return;
  stepIncoming(turn, call.id, { kind: "deviceCame", device, page, socket: socket.id, q: binding?.q ?? 1 });
}

/**
 * Memory was read from rows. Where not one socket is left, and the end of none is what woke this object, it was killed
 * and not at rest; what had gone before that stands in rows. `wereDevices` says how the devices were by theirs.
 */
export function callsWoke(turn: Turn, isToldOfAnEnd: boolean, wereDevices: DeviceStates): void {
  const isAlone = turn.state.sockets.size === 0 && !isToldOfAnEnd;
  for (const call of callsOf(turn)) {
    rememberBranches(turn, call);
    if (isAlone && hadSocket(call, wereDevices)) restart(turn, call);
    else noticeLostSockets(turn, call);
  }
  const wasCut = (device: string): boolean => isAlone && (wereDevices.get(device) ?? "live") === "live";
  tellAgain(turn, wasCut);
  if (isAlone) askWhatStands(turn, (device) => wereDevices.get(device) === "live");
  findAbsentPages(turn);
  callsTimePassed(turn);
}

type DeviceStates = ReadonlyMap<string, Device["state"]>;

/** Whether, by the rows, anybody of this side was there for the call. */
function hadSocket(call: Call, wereDevices: DeviceStates): boolean {
  if (call.side === "caller") {
    const { phase, socket } = call.leg;
    // While it rings its row has the socket for as long as that is there.
    return socket !== undefined && (phase === "ringing" || wereDevices.get(call.device) !== "grace");
  }
  return call.context.branches.some(
    ({ destination }) => destination.kind === "page" && wereDevices.get(destination.device) === "live",
  );
}

function rememberBranches(turn: Turn, call: Call): void {
  if (call.side === "caller") return;
  call.branches.forEach(({ via }, index) => {
    const destination = call.context.branches[index]?.destination;
    const page = destination?.kind === "page" ? destination.page : "";
    turn.state.branches.set(via, { kind: "fork", call: call.id, index, page });
  });
}

/** Whoever rang has lost every socket: nobody can take this call any more. */
function restart(turn: Turn, call: Call): void {
  if (call.side === "caller") {
    if (call.leg.phase === "ringing") log(turn, "call given up", { call: call.id, why: "restarted" });
    return stepOutgoing(turn, call.id, { kind: "restarted" });
  }
  if (call.context.phase === "open" && call.context.ending === undefined) {
    log(turn, "call given up", { call: call.id, why: "restarted" });
  }
  stepIncoming(turn, call.id, { kind: "restarted" });
}

/** Sockets that closed unseen, or whose end has woken this object: it is in no memory any more. */
function noticeLostSockets(turn: Turn, call: Call): void {
  const isLost = (socket: string | undefined): socket is string =>
    socket !== undefined && !turn.state.sockets.has(socket);
  if (call.side === "caller") {
    if (!isLost(call.leg.socket)) return;
    return stepOutgoing(turn, call.id, { kind: "flowClosed", since: lostSince(turn, call.device) });
  }
  for (const { destination } of call.context.branches) {
    if (destination.kind === "page" && isLost(destination.socket)) {
      const since = lostSince(turn, destination.device);
      stepIncoming(turn, call.id, { kind: "flowClosed", socket: destination.socket, since });
      // Another tab of the device may be here, and nothing but this wake would say so.
      ringOtherTab(turn, call, destination.device);
    }
  }
}

function ringOtherTab(turn: Turn, call: Extract<Call, { side: "callee" }>, device: string): void {
  if (call.within !== undefined || isAnswered(call.context)) return;
  const live = liveBindingsOf(turn, device).at(-1);
  if (live !== undefined) tellOfPage(turn, call, live.binding.uri, live.socket);
}

/** When the device's last socket went, as far as its row tells. */
function lostSince({ state, ports, now }: Turn, device: string): EpochMs {
  const graceUntil = state.devices.get(device)?.graceUntil;
  return graceUntil === undefined ? now : epochMs(graceUntil - ports.settings.registration.grace);
}

/** Whatever is due in calls happens; devices that did not come back in their grace are waited for no more. */
export function callsTimePassed(turn: Turn): void {
  for (const call of callsOf(turn)) {
    if (call.side === "caller") stepOutgoing(turn, call.id, { kind: "timePassed" });
    else {
      stepIncoming(turn, call.id, { kind: "timePassed" });
      giveUpComing(turn, call);
      if (endsElsewhereBy(call) !== undefined && !isTalkedElsewhere(call, turn.now)) touchCall(turn, call.id);
    }
  }
  sweepAbsences(turn);
  sweepUnheard(turn);
}

/** A re-INVITE waits for its page as long as any other request, a call for a device as long as its grace. */
function giveUpComing(turn: Turn, call: Extract<Call, { side: "callee" }>): void {
  for (const { device } of call.context.coming) {
    const isComing =
      call.within === undefined
        ? turn.state.devices.get(device)?.state === "grace"
        : call.startedAt + turn.ports.settings.calls.backWithin > turn.now;
    if (!isComing) stepIncoming(turn, call.id, { kind: "graceOver", device });
  }
}

/** The call of this page's that a CANCEL or an ACK names by its branch (RFC 3261 §9.1, §17.1.1.3). */
export function callOfPage(turn: Turn, socket: Socket, request: SipRequest): Call | undefined {
  const branch = branchOf(headerValue(request, "via") ?? "");
  for (const call of turn.state.calls.values()) {
    if (call.side !== "caller" || call.leg.branchIn !== branch) continue;
    const isIts = call.leg.socket === socket.id || call.leg.page === socket.page;
    if (isIts) return call;
  }
  return undefined;
}

/** A CANCEL of one of our pages; false when there is nothing it could cancel. */
export function cancelOfPage(turn: Turn, socket: Socket, request: SipRequest): boolean {
  const call = callOfPage(turn, socket, request);
  if (call === undefined) return false;
  const reason = headerValue(request, "reason");
  const input = { kind: "cancelled", ...(reason === undefined ? {} : { reason }) } as const;
  stepOutgoing(turn, call.id, input, { cancel: { socket: socket.id, request } });
  return true;
}

/** An ACK of one of our pages; false when it is for a 2xx, and so goes on within its dialog (RFC 3261 §13.2.2.4). */
export function ackOfPage(turn: Turn, socket: Socket, request: SipRequest): boolean {
  const toTag = tagOf(headerValue(request, "to") ?? "");
  const named = callOfPage(turn, socket, request);
  if (named !== undefined) {
    heard(turn, named.id);
    stepOutgoing(turn, named.id, { kind: "acknowledged" });
    return true;
  }
  if (refusalHeard(turn, socket, request)) return true;
  const callId = headerValue(request, "call-id");
  for (const call of callsOf(turn)) {
    if (
      call.side !== "caller" ||
      headerValue(call.invite, "call-id") !== callId ||
      call.leg.page !== socket.page
    )
      continue;
    stepOutgoing(turn, call.id, { kind: "acknowledged", ...(toTag === undefined ? {} : { toTag }) });
  }
  return false;
}
