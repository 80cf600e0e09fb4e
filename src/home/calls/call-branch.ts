// What a fork says on one of its branches: to a page of the user, or to another home (RFC 3261 §16.6, §9.1, §17.1.1.3).

import type { Parcel } from "../../contracts/parcel";
import { temporaryPrefix } from "../../flow/gruu";
import { knownRouteToken, mintRouteToken, routeValue } from "../../flow/route-token";
import { maxForwardsOf } from "../../proxy/admit";
import { ackFor, branchInvite, cancelFor } from "../../proxy/branch-request";
import { nextHopOf } from "../../proxy/next-hop";
import type { ContextEffect, Destination } from "../../proxy/response-context-state";
import type { HeaderLine } from "../../sip/build";
import type { SipResponse } from "../../sip/message";
import { headerValues } from "../../sip/message";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import { sendUnawaited } from "../forward";
import { entityOf } from "../tenancy";
import { targetAtPage } from "../to-page";
import { emit, newBranch, realmOf, sendFrame, type Turn } from "../turn";
import type { CallBranch, IncomingCall } from "./call";
import { setCall } from "./calls";

type Effect<Kind extends ContextEffect["kind"]> = Extract<ContextEffect, { kind: Kind }>;

const viaOf = (turn: Turn, { via }: CallBranch): string => `SIP/2.0/WSS ${realmOf(turn)};branch=${via}`;

/** The home that a URI names, if it is one of ours; never this one. */
export function homeOf(turn: Turn, uri: string): AddressOfRecord | undefined {
  const hop = nextHopOf(uri, turn.ports.settings.realms, (purpose) => turn.ports.keyring.seal(purpose));
  return hop.kind === "user" && hop.aor !== turn.state.aor ? hop.aor : undefined;
}

/** RFC 3261 §16.6: the INVITE on a branch of its own; again on the same branch, where it may have been lost. */
export function sendInvite(turn: Turn, call: IncomingCall, effect: Effect<"sendInvite">): void {
  const { branch: index, destination, maxBreadth } = effect;
  const branch = call.branches[index] ?? newCallBranch(turn, call, destination);
  const page = destination.kind === "page" ? destination.page : "";
  if (call.branches[index] === undefined) setCall(turn, { ...call, branches: [...call.branches, branch] });
  turn.state.branches.set(branch.via, { kind: "fork", call: call.id, index, page });
  const route = {
    via: viaOf(turn, branch),
    maxForwards: maxForwardsOf(call.invite) - 1,
    maxBreadth,
  };
  if (destination.kind === "page") {
    const { recordRoute } = branch;
    const isDialogForming = call.within === undefined && recordRoute !== undefined;
    const whole = {
      ...route,
      requestUri: requestUriAt(turn, call, page),
      ...(isDialogForming ? { recordRoute } : {}),
    };
    return sendFrame(turn, destination.socket, branchInvite(call.invite, whole));
  }
  const frame = branchInvite(call.invite, {
    ...route,
    requestUri: destination.uri,
    lines: divertedLines(turn, call, destination.uri),
  });
  const to = homeOf(turn, destination.uri);
  if (to !== undefined) sendAway(turn, call, branch, frame, to);
}

/** RFC 3261 §16.5: a new call goes to the Contact as registered; §12.2.1.1: one within a dialog to the remote target. */
const requestUriAt = (turn: Turn, { within, invite }: IncomingCall, page: string): string =>
  within === undefined ? page : targetAtPage(turn, invite.requestUri, page);

function newCallBranch(turn: Turn, { invite }: IncomingCall, destination: Destination): CallBranch {
  const via = newBranch(turn);
  if (destination.kind !== "page") return { via };
  // RFC 5627 §5.1: who calls a temporary GRUU does not learn from the answer whose it is.
  const tokenOf = invite.requestUri.includes(temporaryPrefix) ? mintRouteToken : knownRouteToken;
  const token = tokenOf(turn.ports.keyring.seal("route"), {
    aor: turn.state.aor,
    page: destination.page,
  });
  return { via, recordRoute: routeValue(token, realmOf(turn)) };
}

/** A call sent on is the forwarding user's (design "A request for a user"): by his right, and one hop more. */
function sendAway(
  turn: Turn,
  call: IncomingCall,
  { via }: CallBranch,
  frame: Parcel["frame"],
  to: AddressOfRecord,
): void {
  const { hops } = call.parcel;
  emit(turn, { kind: "sendParcel", to, parcel: parcelOf(turn, via, frame, hops + 1) });
}

const parcelOf = (turn: Turn, via: string, frame: Parcel["frame"], hops: number): Parcel => ({
  key: `${via} INVITE`,
  frame,
  from: turn.state.aor,
  authenticated: true,
  hops,
  sentOn: true,
});

/** The name a branch was sent to is an alias: the INVITE goes to its account. */
export function followBranch(turn: Turn, call: IncomingCall, index: number, to: AddressOfRecord): boolean {
  const branch = call.branches[index];
  const { destination } = call.context.branches[index] ?? {};
  const hops = (branch?.hops ?? call.parcel.hops + 1) + 1;
  if (branch === undefined || destination?.kind !== "elsewhere" || hops > turn.ports.settings.limits.hops)
    return false;
  const branches = call.branches.with(index, { ...branch, hops });
  const moved = { ...destination, uri: `sip:${to}` };
  const context = {
    ...call.context,
    branches: call.context.branches.map((each, at) =>
      at === index ? { ...each, destination: moved } : each,
    ),
  };
  setCall(turn, { ...call, branches, context });
  const breadth = call.context.branches[index]?.breadth ?? 1;
  const frame = branchInvite(call.invite, {
    via: viaOf(turn, branch),
    maxForwards: maxForwardsOf(call.invite) - 1,
    maxBreadth: breadth,
    requestUri: moved.uri,
    lines: divertedLines(turn, call, destination.uri),
  });
  emit(turn, { kind: "sendParcel", to, parcel: parcelOf(turn, branch.via, frame, hops) });
  return true;
}

/** Who sent the call on, and why (RFC 5806 §4.1, RFC 7044 §5): known to be true, since a home says it. */
function divertedLines(turn: Turn, call: IncomingCall, target: string): readonly HeaderLine[] {
  const known = headerValues(call.invite, "history-info");
  const last =
    /;\s*index=([0-9.]+)[^;]*$/.exec(known.at(-1) ?? "")?.[1] ??
    /;\s*index=([0-9.]+)/.exec(known.at(-1) ?? "")?.[1];
  const index = last ?? "1";
  const entity = entityOf(turn);
  return [
    ...(call.diversion === undefined ? [] : [["Diversion", `<${entity}>;reason=${call.diversion}`] as const]),
    ...(last === undefined ? [["History-Info", `<${entity}>;index=1`] as const] : []),
    ["History-Info", `<${target}>;index=${index}.1;mp=${index}`],
  ];
}

export function sendCancel(turn: Turn, call: IncomingCall, effect: Effect<"sendCancel">): void {
  const { destination, reason } = effect;
  const branch = call.branches[effect.branch];
  if (branch === undefined) return;
  const requestUri =
    destination.kind === "page" ? requestUriAt(turn, call, destination.page) : destination.uri;
  const text = cancelFor(call.invite, {
    requestUri,
    via: viaOf(turn, branch),
    ...(reason === undefined ? {} : { reason }),
  });
  if (destination.kind === "page") return sendFrame(turn, destination.socket, text);
  const to = homeOf(turn, destination.uri);
  if (to !== undefined) sendUnawaited(turn, to, branch.via, text);
}

/** To a page alone: between two homes the call's result has acknowledged it. */
export function sendAck(turn: Turn, call: IncomingCall, index: number, response: SipResponse): void {
  const branch = call.branches[index];
  const destination = call.context.branches[index]?.destination;
  if (branch === undefined || destination?.kind !== "page") return;
  const to = { requestUri: requestUriAt(turn, call, destination.page), via: viaOf(turn, branch) };
  sendFrame(turn, destination.socket, ackFor(call.invite, response, to));
}
