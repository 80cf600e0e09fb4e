// An INVITE for our user: the response context (proxy/response-context.ts) between the devices, the homes it was sent on
// to, the home it came from and the call's row.

import type { CallSettings } from "../../contracts/call-settings";
import { type PassBackOptions, passBack } from "../../proxy/arrive";
import type { Answer } from "../../proxy/best-response";
import { challengeFields } from "../../proxy/challenges";
import { openContext, stepContext } from "../../proxy/response-context";
import type { ContextEffect, ContextInput, ContextStep } from "../../proxy/response-context-state";
import { type ResponseOptions, responseTo } from "../../sip/build";
import { parseContacts } from "../../sip/headers/contact";
import { tokenList } from "../../sip/headers/list";
import { headerValue, headerValues, type SipResponse } from "../../sip/message";
import { parseMessage } from "../../sip/parser";
import { sealedContact } from "../departure";
import { concludeWithin } from "../dialogs";
import { reply } from "../reply";
import { emit, log, type Turn } from "../turn";
import type { CallBranch, IncomingCall } from "./call";
import { homeOf, sendAck, sendCancel, sendInvite } from "./call-branch";
import { endUnanswered, hearPage } from "./call-dialogs";
import { recordAnswer, recordRefusal } from "./call-record";
import { type Plan, planAfter } from "./call-targets";
import { incomingCall, setCall, setRecord, touchCall } from "./calls";

/** The settings of calls, as this one has them. */
const settingsOf = (turn: Turn, { policy }: IncomingCall): CallSettings => ({
  ...turn.ports.settings.calls,
  ...policy,
});

/** Rings whom the plan says. */
export function ring(
  turn: Turn,
  call: IncomingCall,
  plan: Plan,
  opening: { readonly senderPage?: string; readonly maxBreadth?: number },
): void {
  const { stage, policy, diversion, forwardedTo, targets, coming } = plan;
  const { diversion: _, ...rest } = call;
  for (const { via } of call.branches) turn.state.branches.delete(via);
  const planned: IncomingCall = {
    ...rest,
    stage,
    policy,
    branches: [],
    kept: {},
    ...(diversion === undefined ? {} : { diversion }),
  };
  const opened = openContext({ targets, coming, ...opening }, settingsOf(turn, planned), turn.now);
  setCall(turn, planned);
  if (forwardedTo !== undefined) setRecord(turn, call.id, { forwardedTo });
  touchCall(turn, call.id);
  apply(turn, call.id, opened, undefined);
}

/** Tells the context of a call what happened. */
export function stepIncoming(turn: Turn, id: string, input: ContextInput, response?: SipResponse): void {
  const call = incomingCall(turn.state, id);
  if (call !== undefined)
    apply(turn, id, stepContext(call.context, input, settingsOf(turn, call), turn.now), response);
}

/** A response on a branch: of a page, or of the home that the call was sent on to. */
export function answeredOnBranch(turn: Turn, id: string, index: number, response: SipResponse): void {
  const call = incomingCall(turn.state, id);
  const destination = call?.context.branches[index]?.destination;
  const branch = call?.branches[index];
  if (call === undefined || destination === undefined || branch === undefined) return;
  const { status } = response;
  if (destination.kind === "page" && call.within === undefined) {
    const { page, device } = destination;
    hearPage(turn, call, response, { page, device, recordRoute: branch.recordRoute ?? "" });
  }
  const input: ContextInput = {
    kind: "responded",
    branch: index,
    status,
    hasSdp: /^(?:application\/sdp|multipart\/)/i.test(headerValue(response, "content-type") ?? ""),
    // RFC 3262 §3
    reliable: tokenList(headerValues(response, "require")).includes("100rel"),
    redirects:
      status >= 300 &&
      status < 400 &&
      call.within === undefined &&
      redirectsOf(turn, response).targets.length > 0,
  };
  stepIncoming(turn, id, input, response);
}

function apply(
  turn: Turn,
  id: string,
  { state: context, effects }: ContextStep,
  response: SipResponse | undefined,
): void {
  const call = incomingCall(turn.state, id);
  if (call === undefined) return;
  setCall(turn, { ...call, context });
  // Of what no row tells, and of what is over but for this machine, nothing else would say that it is done.
  if (call.record === undefined || call.record.endedAt !== undefined) touchCall(turn, id);
  for (const effect of effects) run(turn, id, effect, response);
}

function run(turn: Turn, id: string, effect: ContextEffect, response: SipResponse | undefined): void {
  const call = incomingCall(turn.state, id);
  if (call === undefined) return;
  switch (effect.kind) {
    case "putRow":
    case "deleteRow":
      return touchCall(turn, id);
    case "trying":
      return tryingOf(turn, call);
    case "sendInvite":
      return sendInvite(turn, call, effect);
    case "sendCancel":
      return sendCancel(turn, call, effect);
    case "sendAck":
      if (response !== undefined) sendAck(turn, call, effect.branch, response);
      return;
    case "relay":
      if (response !== undefined) relay(turn, call, effect, response);
      return;
    case "keep":
      if (response === undefined) return;
      setCall(turn, {
        ...call,
        kept: {
          ...call.kept,
          [effect.branch]: passBack(response, call.invite, wayBack(turn, call, effect.branch, response)),
        },
      });
      return;
    case "resolveRedirect":
      return followRedirect(turn, call, effect.branch);
    case "answer":
      return answer(turn, call, effect);
    case "finished":
      return;
  }
}

/** RFC 3261 §16.2: no 100 is needed where a phone rings within 200 ms, as most do; it would be one call more. */
function tryingOf(turn: Turn, { parcel: { key, from } }: IncomingCall): void {
  emit(turn, { kind: "sendReply", to: from, reply: { kind: "pending", key }, mayWait: true });
}

/** RFC 3261 §16.7 steps 3, 8 and 9: back on the stored Via set. */
function relay(
  turn: Turn,
  call: IncomingCall,
  { branch, status, stripSdp }: Extract<ContextEffect, { kind: "relay" }>,
  response: SipResponse,
): void {
  const frame = passBack(response, call.invite, {
    ...wayBack(turn, call, branch, response),
    stripBody: stripSdp,
  });
  emit(turn, {
    kind: "sendReply",
    to: call.parcel.from,
    reply: { kind: "answered", key: call.parcel.key, frame },
  });
  if (status < 200) return;
  const destination = call.context.branches[branch]?.destination;
  const device = destination?.kind === "page" ? destination.device : undefined;
  if (call.within !== undefined) concludeWithin(turn, call.within, call.invite, status);
  recordAnswer(turn, call.id, device);
}

/** A page's response is given the route it was reached by; another home has done so already. */
function wayBack(turn: Turn, call: IncomingCall, index: number, response: SipResponse): PassBackOptions {
  const destination = call.context.branches[index]?.destination;
  const branch: CallBranch | undefined = call.branches[index];
  if (destination?.kind !== "page") return { recordRoute: { kind: "theirs" } };
  const contact = sealedContact(turn, response, destination.page);
  if (call.within !== undefined || branch?.recordRoute === undefined) return { contact };
  return { contact, recordRoute: { kind: "ours", lines: `Record-Route: ${branch.recordRoute}\r\n` } };
}

/** The final response that is no 2xx, unless the user's rules know better. */
function answer(turn: Turn, call: IncomingCall, { status, branch, challenges = [] }: Answer): void {
  const isCancelled = call.context.ending?.kind === "caller";
  const plan = call.within !== undefined || isCancelled ? undefined : planAfter(turn, call, status);
  if (plan !== undefined) {
    const { maxBreadth } = call.context;
    log(turn, "call sent on", { why: plan.diversion, status });
    return ring(turn, call, plan, { maxBreadth });
  }
  const said = sayFinal(turn, call, status, branch, challenges);
  log(turn, "call refused", { status, why: call.context.ending?.kind ?? "devices" });
  if (call.within !== undefined) return concludeWithin(turn, call.within, call.invite, said);
  endUnanswered(turn, call);
  recordRefusal(turn, call.id, said, isCancelled);
}

/** Says it, and what it was. */
function sayFinal(
  turn: Turn,
  call: IncomingCall,
  status: number,
  branch: number | undefined,
  challenges: readonly number[],
): number {
  const { key } = call.parcel;
  const kept = branch === undefined ? undefined : call.kept[branch];
  if (kept !== undefined && status !== 401 && status !== 407) {
    reply(turn, call.parcel, { kind: "answered", key, frame: kept });
    return status;
  }
  const own =
    kept === undefined
      ? ownAnswer(call, status)
      : withChallenges(turn, call, status, [branch ?? 0, ...challenges]);
  const frame = responseTo(call.invite, own.status, { toTag: turn.ports.entropy.token(), ...own.options });
  reply(turn, call.parcel, { kind: "answered", key, frame });
  return own.status;
}

interface OwnAnswer {
  readonly status: number;
  readonly options: ResponseOptions;
}

/** RFC 5057 Table 2: of what could be said of an INVITE within a dialog, 504 ends nothing but itself. */
function ownAnswer(call: IncomingCall, status: number): OwnAnswer {
  const isAbsence = call.within !== undefined && (status === 480 || status === 408);
  return isAbsence ? { status: 504, options: { lines: [["Retry-After", "5"]] } } : { status, options: {} };
}

/** RFC 3261 §16.7 step 7. A challenge for a realm of ours could harvest a digest of our users'. */
function withChallenges(
  turn: Turn,
  call: IncomingCall,
  status: number,
  branches: readonly number[],
): OwnAnswer {
  const responses = branches.flatMap((index) => {
    const parsed = parseMessage(call.kept[index] ?? "");
    return parsed.ok && parsed.value.kind === "response" ? [parsed.value] : [];
  });
  const lines = challengeFields(responses, turn.ports.settings.realms);
  return lines.length === 0 ? { status: 403, options: {} } : { status, options: { lines } };
}

/** RFC 3261 §16.7 step 4: a redirect is the forwarding user's wish, as far as it leads to a home of ours. */
function followRedirect(turn: Turn, call: IncomingCall, index: number): void {
  const parsed = parseMessage(call.kept[index] ?? "");
  const found =
    parsed.ok && parsed.value.kind === "response"
      ? redirectsOf(turn, parsed.value)
      : { targets: [], leftover: true };
  setCall(turn, { ...call, diversion: "deflection" });
  stepIncoming(turn, call.id, { kind: "redirected", branch: index, ...found });
}

function redirectsOf(turn: Turn, response: SipResponse) {
  const contacts = parseContacts(headerValues(response, "contact"));
  if (!contacts.ok || contacts.value === "*") return { targets: [], leftover: true };
  const usable = contacts.value.filter(({ nameAddr }) => homeOf(turn, nameAddr.uri) !== undefined);
  const targets = usable.map(({ nameAddr, q = 1 }) => ({
    destination: { kind: "elsewhere", uri: nameAddr.uri } as const,
    q,
  }));
  return { targets, leftover: usable.length < contacts.value.length };
}
