// Whom a call for this user rings (RFC 3261 §16.5): the devices that are here or may be back in a moment, one of them
// where a GRUU, a sealed Contact or Replaces names it, or other names where the user's rules or group say so.

import { millis, toMillis } from "../../base/brand";
import { err, ok, type Result } from "../../base/result";
import type { CallRules, RingGroup } from "../../contracts/call-rules";
import type { Parcel } from "../../contracts/parcel";
import { findDialog } from "../../dialog/dialog-table";
import type { Gruu } from "../../flow/gruu";
import type { ContextOpening } from "../../proxy/response-context";
import type { Target } from "../../proxy/response-context-state";
import { parseReplaces, type Replaces } from "../../sip/headers/replaces";
import { tagOf } from "../../sip/headers/tag";
import { headerValue, type SipRequest } from "../../sip/message";
import type { Refusal } from "../../sip/refusal";
import { liveBindingsOf } from "../device";
import { devicesNamed, type Named } from "../messages/deliver";
import { socketOfPage } from "../page";
import type { Device } from "../state";
import { accountOf } from "../tenancy";
import { log, type Turn } from "../turn";
import type { IncomingCall } from "./call";
import { homeOf } from "./call-branch";
import { callOfParcel, dialogsOfCall } from "./calls";

type NewTarget = Omit<Target, "depth">;

/** What rings first, and how. */
export type Plan = Pick<ContextOpening, "targets" | "coming"> &
  Pick<IncomingCall, "stage" | "policy" | "diversion"> & { readonly forwardedTo?: string };

export function planCall(
  turn: Turn,
  parcel: Parcel,
  request: SipRequest,
  named: Named,
): Result<Plan, Refusal> {
  const replaces = headerValue(request, "replaces");
  if (replaces !== undefined) return planReplacement(turn, replaces);
  if (named.page !== undefined) return planPages(turn, [named.page]);
  const account = accountOf(turn);
  const isOwn = parcel.from === turn.state.aor;
  if (named.gruu === undefined && !isOwn) {
    if (account?.group !== undefined) return ok(planGroup(turn, account.group));
    const sentOn = account?.rules === undefined ? undefined : sentOnAtOnce(account.rules);
    if (sentOn !== undefined) {
      const plan = planForward(turn, sentOn.to, sentOn.diversion);
      if (plan !== undefined) return ok(plan);
    }
  }
  if (account?.rules?.doNotDisturb === true && !isOwn) return err({ status: 486, reason: "Do Not Disturb" });
  return planDevices(turn, parcel, named.gruu, isOwn ? undefined : account?.rules);
}

function sentOnAtOnce({
  forward,
  doNotDisturb,
}: CallRules): { readonly to: string; readonly diversion: string } | undefined {
  if (forward.always !== undefined) return { to: forward.always, diversion: "unconditional" };
  if (doNotDisturb && forward.busy !== undefined) return { to: forward.busy, diversion: "do-not-disturb" };
  return undefined;
}

/** Where the user's rules send a call that was refused with that status; undefined for nowhere. */
export function planAfter(turn: Turn, { stage }: IncomingCall, status: number): Plan | undefined {
  const rules = accountOf(turn)?.rules;
  if (stage === "forwarded" || rules === undefined) return undefined;
  const { busy, noAnswer } = rules.forward;
  if ((status === 486 || status === 600) && busy !== undefined) return planForward(turn, busy, "user-busy");
  const isUnanswered = status === 480 || status === 408;
  return isUnanswered && noAnswer !== undefined ? planForward(turn, noAnswer.to, "no-answer") : undefined;
}

function planForward(turn: Turn, uri: string, diversion: string): Plan | undefined {
  if (homeOf(turn, uri) === undefined) {
    log(turn, "forward leads nowhere", { to: uri });
    return undefined;
  }
  const targets: readonly NewTarget[] = [{ destination: { kind: "elsewhere", uri }, q: 1 }];
  return { targets, coming: [], stage: "forwarded", policy: {}, diversion, forwardedTo: uri };
}

/** Members in order have q values that fall, and each its time. */
function planGroup(turn: Turn, { members, order, ringFor }: RingGroup): Plan {
  const isSerial = order === "sequential";
  const reachable = members.filter((uri) => homeOf(turn, uri) !== undefined);
  const targets = reachable.map(
    (uri, at): NewTarget => ({ destination: { kind: "elsewhere", uri }, q: isSerial ? 1 - at / 1000 : 1 }),
  );
  const each = toMillis(ringFor);
  const whole = isSerial ? millis(each * Math.max(1, reachable.length)) : each;
  const policy = isSerial ? { serial: true, groupRingsFor: each, ringFor: whole } : { ringFor: whole };
  return { targets, coming: [], stage: "devices", policy };
}

function planDevices(
  turn: Turn,
  parcel: Parcel,
  gruu: Gruu | undefined,
  rules: CallRules | undefined,
): Result<Plan, Refusal> {
  const sender = parcel.from === turn.state.aor ? callOfParcel(turn.state, "caller", parcel.key) : undefined;
  // Clients that state no instance-id are one device: of these only the page that calls is left out.
  const devices = devicesNamed(turn, gruu, ({ id }) => id === "" || id !== sender?.device);
  // RFC 5627 §6.1
  if (devices === undefined) return err({ status: 404, reason: "No such device" });
  const noAnswer = rules?.forward.noAnswer;
  return ok({
    targets: devices.flatMap((device) => liveTarget(turn, device, sender?.leg.page)),
    coming: devices.flatMap(({ id, state }) => (state === "grace" ? [{ device: id, q: 1 }] : [])),
    stage: "devices",
    policy: noAnswer === undefined ? {} : { ringFor: toMillis(noAnswer.after) },
  });
}

/** Of two tabs the newer; requests in dialogs go to the page that owns them. */
function liveTarget(turn: Turn, { id }: Device, senderPage: string | undefined): readonly NewTarget[] {
  const live = liveBindingsOf(turn, id).findLast(({ binding }) => binding.uri !== senderPage);
  if (live === undefined) return [];
  const { socket, binding } = live;
  return [{ destination: { kind: "page", device: id, page: binding.uri, socket: socket.id }, q: binding.q }];
}

/** RFC 3891 §3, design "INVITE with Replaces": to the page that holds the dialog, and to no other. */
function planReplacement(turn: Turn, value: string): Result<Plan, Refusal> {
  const replaces = parseReplaces(value);
  if (!replaces.ok) return err({ status: 400, reason: "Bad Replaces" });
  const { callId, toTag, fromTag } = replaces.value;
  const row = findDialog(turn.state.dialogs, callId, toTag, fromTag);
  if (row !== undefined && row.state !== "ended") return planPages(turn, [row.page]);
  // An early dialog that memory has lost: its pages know.
  const pages = row === undefined ? ringingPages(turn, replaces.value) : [];
  return pages.length === 0 ? err({ status: 481, reason: "Dialog Does Not Exist" }) : planPages(turn, pages);
}

/** Of the one who calls the page that does; of the one who is called all that ring. */
function ringingPages(turn: Turn, { callId, toTag, fromTag }: Replaces): readonly string[] {
  return [...turn.state.calls.values()].flatMap((call) => {
    const callersTag = call.side === "caller" ? toTag : fromTag;
    const isIt =
      call.within === undefined &&
      headerValue(call.invite, "call-id") === callId &&
      tagOf(headerValue(call.invite, "from") ?? "") === callersTag;
    if (!isIt) return [];
    if (call.side === "caller") {
      // With one of its early dialogs known, a name that is none of them is nobody's.
      const isForgotten = dialogsOfCall(turn.state, call.id).every(({ state }) => state === "half");
      return call.leg.phase === "ringing" && isForgotten ? [call.leg.page] : [];
    }
    return call.context.branches.flatMap(({ destination }) =>
      destination.kind === "page" ? [destination.page] : [],
    );
  });
}

export function planPages(turn: Turn, pages: readonly string[]): Result<Plan, Refusal> {
  const targets = pages.flatMap((page): readonly NewTarget[] => {
    const socket = socketOfPage(turn, page);
    const device = socket?.bindings.find(({ uri }) => uri === page)?.device ?? "";
    return socket === undefined
      ? []
      : [{ destination: { kind: "page", device, page, socket: socket.id }, q: 1 }];
  });
  if (targets.length === 0) return err({ status: 480, reason: "Not there" });
  return ok({ targets, coming: [], stage: "devices", policy: {} });
}
