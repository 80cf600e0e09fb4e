// REGISTER at its home (RFC 3261 §10.3): the registrar's outcome put into sockets and devices, and what follows from
// a device having come, changed its page, or gone.

import { publicGruu, temporaryGruu } from "../flow/gruu";
import type { NextHop } from "../proxy/next-hop";
import { type Binding, isCurrent } from "../registrar/binding";
import { processRegister, type RegisterOutcome } from "../registrar/register";
import type { FlowBindings } from "../registrar/register-input";
import { bracketedUri, parseNameAddr } from "../sip/headers/name-addr";
import { headerValue, type SipRequest } from "../sip/message";
import type { Refusal } from "../sip/refusal";
import { addressOfRecordOf } from "../sip/uri/address-of-record";
import { parseUri, type SipUri } from "../sip/uri/uri";
import { deviceCameBack } from "./came-back";
import { beginAway, liveBindings, liveBindingsOf } from "./device";
import { noteUnregistered } from "./events/registration-info";
import { forgetOldDevices } from "./forget-device";
import { close } from "./lifecycle";
import { inboxOfNewDevice } from "./messages/device-inbox";
import type { Device, Socket } from "./state";
import { accountOf } from "./tenancy";
import { emit, log, putSocket, realmOf, refuse, respond, type Turn } from "./turn";

export function receiveRegister(turn: Turn, socket: Socket, request: SipRequest, hop: NextHop): void {
  if (hop.kind === "refused") return refuse(turn, socket.id, request, hop.refusal);
  const foreign = refuseForeign(turn, request);
  if (foreign !== undefined) return refuse(turn, socket.id, request, foreign);
  const outcome = processRegister(
    {
      request,
      own: { socket: socket.id, bindings: socket.bindings },
      others: flowsBeside(turn, socket),
      pinged: socket.pinged,
      settings: turn.ports.settings.registration,
      gruus: (binding) => gruusOf(turn, binding),
    },
    turn.now,
  );
  if (!outcome.ok) return refuse(turn, socket.id, request, outcome.error);
  const { changed, lines, refreshed } = outcome.value;
  if (refreshed === undefined || !isAllAsBefore(turn, refreshed)) {
    return carryOut(turn, socket, request, outcome.value);
  }
  for (const flow of changed) applyBindings(turn, flow.socket, flow.bindings);
  respond(turn, socket.id, request, 200, { lines });
  forgetOldDevices(turn);
}

/** The bindings of the user's other sockets. */
function flowsBeside({ state }: Turn, { id: own }: Socket): readonly FlowBindings[] {
  const flows: FlowBindings[] = [];
  for (const { id, bindings } of state.sockets.values()) if (id !== own) flows.push({ socket: id, bindings });
  return flows;
}

/** What a REGISTER changes is put into sockets and devices, and whoever it concerns is told. */
function carryOut(turn: Turn, socket: Socket, request: SipRequest, outcome: RegisterOutcome): void {
  const { changed, superseded, lines } = outcome;
  if (wouldBeTooMany(turn, changed)) {
    return refuse(turn, socket.id, request, { status: 403, reason: "Too many devices" });
  }
  const flows = [...turn.state.sockets.values()].map(({ id, bindings }) => ({ socket: id, bindings }));
  // A binding that ran out in silence comes back as from an absence, though its device's row knows of none.
  const before = liveBindings(turn);
  const here = new Set(before.map(({ binding }) => binding.device));
  const devices = new Set(flows.flatMap(devicesIn));
  for (const flow of changed) applyBindings(turn, flow.socket, flow.bindings);
  for (const flow of changed) for (const { device } of flow.bindings) devices.add(device);
  // The old socket of a page that is back is the dead one, and what was under way on it is undecided.
  for (const id of superseded) close(turn, id, 1000, "Replaced by a newer connection");
  const reconnected = flows.filter((flow) => superseded.includes(flow.socket)).flatMap(devicesIn);
  const pages = new Set(flows.flatMap((flow) => flow.bindings.map(({ uri }) => uri)));
  const returned = [...devices].filter(
    (device) =>
      settleDevice(turn, device, request, socket, pages) || reconnected.includes(device) || !here.has(device),
  );
  noteUnregistered(turn, before);
  turn.changed.add("presence").add("reg");
  respond(turn, socket.id, request, 200, { lines });
  for (const device of returned) deviceCameBack(turn, device);
  if (changed.length > 0) forgetOldDevices(turn);
}

/** Devices that are here are never forgotten to make room; beyond the limit a new one is refused. */
function wouldBeTooMany(turn: Turn, changed: readonly FlowBindings[]): boolean {
  const { devices } = turn.state;
  const coming = new Set(changed.flatMap(devicesIn).filter((id) => devices.get(id)?.state !== "live"));
  const here = [...devices.values()].filter(({ state }) => state === "live").length;
  return coming.size > 0 && here + coming.size > turn.ports.settings.registration.devices;
}

const devicesIn = ({ bindings }: FlowBindings): readonly string[] => bindings.map(({ device }) => device);

/** RFC 3261 §10.3 step 5, and design "one socket speaks for one address-of-record". */
function refuseForeign(turn: Turn, request: SipRequest): Refusal | undefined {
  if (namesUs(turn, request, "to") && namesUs(turn, request, "from")) return undefined;
  // RFC 3261 §10.2: the address-of-record MUST be a SIP or SIPS URI.
  return sipUriIn(headerValue(request, "to") ?? "") === undefined
    ? { status: 400, reason: "To is no SIP URI" }
    : { status: 403, reason: "To is not yours" };
}

function namesUs(turn: Turn, request: SipRequest, name: "to" | "from"): boolean {
  const value = headerValue(request, name) ?? "";
  if (bracketedUri(value) === `sip:${turn.state.aor}`) return true;
  const uri = sipUriIn(value);
  return uri !== undefined && addressOfRecordOf(uri) === turn.state.aor;
}

function sipUriIn(value: string): SipUri | undefined {
  const address = parseNameAddr(value);
  const uri = address.ok ? parseUri(address.value.uri) : address;
  return uri.ok && uri.value.kind === "sip" ? uri.value : undefined;
}

/**
 * A refresh after which there is nobody to tell and nothing to put in order: the device's row says what the binding does,
 * and no binding anywhere has run out in silence.
 */
function isAllAsBefore(turn: Turn, refreshed: Binding): boolean {
  const { devices, sockets } = turn.state;
  if (!saysTheSame(devices.get(refreshed.device), refreshed)) return false;
  for (const { bindings } of sockets.values())
    for (const binding of bindings) if (!isCurrent(binding, turn.now)) return false;
  return true;
}

/** Whether the row of a device is what a binding of its would make it. */
const saysTheSame = (row: Device | undefined, { uri, carbons, gruu, callId }: Binding): boolean =>
  row?.state === "live" &&
  row.contact === uri &&
  row.carbons === carbons &&
  (!gruu || row.gruuCallId === callId);

function applyBindings(turn: Turn, socketId: string, bindings: readonly Binding[]): void {
  const socket = turn.state.sockets.get(socketId);
  if (socket !== undefined)
    putSocket(turn, { ...socket, bindings, page: bindings.at(-1)?.uri ?? socket.page });
}

/**
 * Brings a device's row in step with its bindings; a refresh changes nothing and so writes nothing. True when the
 * device is here with a page that was not live before.
 */
function settleDevice(
  turn: Turn,
  id: string,
  request: SipRequest,
  socket: Socket,
  pagesBefore: ReadonlySet<string>,
): boolean {
  const known = turn.state.devices.get(id);
  const live = liveBindingsOf(turn, id);
  const newest = live.at(-1);
  if (newest === undefined) {
    if (known !== undefined && known.state !== "away") beginAway(turn, known, "unregistered");
    return false;
  }
  const { binding } = newest;
  const gruuCallId = binding.gruu ? binding.callId : known?.gruuCallId;
  // Two tabs of one device refresh in turn: the row names one that is here, and that is enough.
  const isKnownPage =
    known?.contact === binding.uri ||
    (pagesBefore.has(binding.uri) && live.some((other) => other.binding.uri === known?.contact));
  const isSame =
    known?.state === "live" &&
    isKnownPage &&
    known.carbons === binding.carbons &&
    known.gruuCallId === gruuCallId;
  if (isSame) return false;
  const isNewPage = known?.state !== "live" || known.contact !== binding.uri;
  const device: Device = {
    id,
    contact: binding.uri,
    state: "live",
    since: known?.state === "live" || known?.state === "grace" ? known.since : turn.now,
    graceUntil: undefined,
    inbox: known?.inbox ?? inboxOfNewDevice(turn),
    carbons: binding.carbons,
    gruuCallId,
    userAgent: headerValue(request, "user-agent")?.slice(0, 128) ?? known?.userAgent,
    address: socket.facts.address ?? known?.address,
  };
  turn.state.devices.set(id, device);
  emit(turn, { kind: "putDevice", device });
  if (isNewPage) log(turn, "registered", { device: id, newDevice: known === undefined });
  return isNewPage;
}

/** RFC 5627 §3.1: both GRUUs of a binding, in the case the user writes. */
function gruusOf(turn: Turn, binding: Binding): { readonly pub: string; readonly temp: string } {
  const spelling = accountOf(turn)?.spelling ?? turn.state.aor;
  return {
    pub: publicGruu(spelling, binding.device),
    temp: temporaryGruu(
      turn.ports.keyring.seal("gruu"),
      turn.state.aor,
      binding.device,
      binding.callId,
      realmOf(turn),
    ),
  };
}
