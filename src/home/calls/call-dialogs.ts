// The dialogs of calls (RFC 3261 §12.1; design "Dialogs"): a half one with the INVITE, early ones in memory alone, since
// an 18x writes nothing, confirmed ones in the call's row, each with what this home needs to speak for its page.

import { epochMs, millis } from "../../base/brand";
import type { Result } from "../../base/result";
import {
  type DialogRequest,
  type DialogState,
  dialogFromRequest,
  dialogFromResponse,
} from "../../dialog/dialog";
import {
  applyDialogChanges,
  type DialogRow,
  type DialogSettings,
  defaultDialogSettings,
} from "../../dialog/dialog-table";
import { endUsage, openingRefused } from "../../dialog/end-dialog";
import { formDialog, openHalfDialog, prolong, updateView } from "../../dialog/form-dialog";
import { type Usage, usageOf } from "../../dialog/usage";
import { readRoute } from "../../flow/route-token";
import { plainContacts } from "../../proxy/seal-contact";
import { parseContacts } from "../../sip/headers/contact";
import { parseCSeq } from "../../sip/headers/cseq";
import { parseDeltaSeconds } from "../../sip/headers/integer";
import { parseRoutes } from "../../sip/headers/route";
import { tagOf } from "../../sip/headers/tag";
import {
  headerValue,
  headerValues,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "../../sip/message";
import type { Refusal } from "../../sip/refusal";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import { applyDialogs } from "../dialog-rows";
import type { Turn } from "../turn";
import type { Call, IncomingCall, OutgoingCall } from "./call";
import { callChanged, dialogsOfCall } from "./calls";

export const inviteUsage = { kind: "invite" } as const;

/** Signs of life of a call come every 45 s (JsSIP): with half a day to spare they write a row in half a day. */
export const callDialogSettings: DialogSettings = { ...defaultDialogSettings, slack: millis(12 * 3_600_000) };

/** So long a transfer may go on telling of itself when its call is over (RFC 3515 §2.4.7). */
const referOutlivesCall = millis(180_000);

export interface HalfDialog {
  readonly call: string;
  readonly invite: SipRequest;
  readonly openedBy: DialogRow["openedBy"];
  /** "" while nobody here has answered. */
  readonly page: string;
  readonly device: string;
  readonly remoteAor: AddressOfRecord;
}

/** The half-dialog of an INVITE that leaves or arrives; 503 when there are too many. */
export function openCallDialog(turn: Turn, half: HalfDialog): Result<undefined, Refusal> {
  const { invite, ...opening } = half;
  const opened = openHalfDialog(
    turn.state.dialogs,
    {
      ...opening,
      id: turn.ports.entropy.token(),
      callId: headerValue(invite, "call-id") ?? "",
      tag: tagOf(headerValue(invite, "from") ?? "") ?? "",
      usage: inviteUsage,
    },
    turn.now,
    callDialogSettings,
  );
  if (!opened.ok) return opened;
  applyDialogs(turn, opened.value);
  return { ok: true, value: undefined };
}

/** A response to an INVITE of one of our pages, on its way to it. */
export function hearAnswer(turn: Turn, call: OutgoingCall, response: SipResponse): void {
  const remoteTag = toTagOf(response);
  if (!forms(response) || remoteTag === undefined) return;
  const remoteAor = homeBehind(turn, headerValues(response, "record-route"), call.leg.page);
  const view = isViewNeeded(turn, response) ? viewOfCaller(call, response) : undefined;
  form(turn, call, response, {
    localTag: tagOf(headerValue(call.invite, "from") ?? "") ?? "",
    remoteTag,
    ...(remoteAor === undefined ? {} : { remoteAor }),
    ...(view === undefined ? {} : { view }),
  });
}

/** A home speaks for its page in a dialog that is confirmed; of an early one, watchers alone are shown the target. */
const isViewNeeded = (turn: Turn, { status }: SipResponse): boolean =>
  status >= 200 || turn.state.subscriptions.isWatched("dialog");

function viewOfCaller({ invite }: OutgoingCall, response: SipResponse): DialogState | undefined {
  const formed = dialogFromResponse(factsOf(invite, invite.requestUri), {
    status: response.status,
    to: headerValue(response, "to") ?? "",
    contact: plainContacts(response),
    recordRoute: headerValues(response, "record-route"),
  });
  return formed.ok ? viewOf(formed.value) : undefined;
}

/** A response of one of our pages to an INVITE. `recordRoute` is the one that page saw first. */
export function hearPage(
  turn: Turn,
  call: IncomingCall,
  response: SipResponse,
  {
    page,
    device,
    recordRoute,
  }: { readonly page: string; readonly device: string; readonly recordRoute: string },
): void {
  const localTag = toTagOf(response);
  if (!forms(response) || localTag === undefined) return;
  const view = isViewNeeded(turn, response) ? viewOfCallee(call, page, recordRoute, localTag) : undefined;
  form(turn, call, response, {
    localTag,
    remoteTag: tagOf(headerValue(call.invite, "from") ?? "") ?? "",
    page,
    device,
    ...(view === undefined ? {} : { view }),
  });
}

function viewOfCallee(
  { invite }: IncomingCall,
  page: string,
  recordRoute: string,
  localTag: string,
): DialogState | undefined {
  const facts = factsOf(invite, page);
  const seen = { ...facts, recordRoute: [recordRoute, ...facts.recordRoute] };
  const formed = dialogFromRequest(seen, localTag);
  return formed.ok ? viewOf(formed.value) : undefined;
}

interface Formed {
  readonly localTag: string;
  readonly remoteTag: string;
  readonly page?: string;
  readonly device?: string;
  readonly remoteAor?: AddressOfRecord;
  readonly view?: DialogState;
}

function form(turn: Turn, call: Call, response: SipResponse, names: Formed): void {
  const isEarly = response.status < 200;
  const formed = formDialog(
    turn.state.dialogs,
    {
      ...names,
      id: turn.ports.entropy.token(),
      call: call.id,
      callId: headerValue(call.invite, "call-id") ?? "",
      usage: inviteUsage,
      state: isEarly ? "early" : "confirmed",
      lifetime: undefined,
    },
    turn.now,
    callDialogSettings,
  );
  if (!formed.ok) return;
  // An 18x writes nothing: what is early is learnt anew from the first request within it.
  callChanged(turn);
  if (isEarly) applyDialogChanges(turn.state.dialogs, formed.value);
  else applyDialogs(turn, formed.value);
}

/** An early dialog that memory has lost, or never saw formed: its page and the other side's tag are known again. */
export function learnEarlyDialog(
  turn: Turn,
  names: Omit<Formed, "view"> & { readonly callId: string; readonly call: string },
): DialogRow | undefined {
  const id = turn.ports.entropy.token();
  const formed = formDialog(
    turn.state.dialogs,
    { ...names, id, usage: inviteUsage, state: "early", lifetime: undefined },
    turn.now,
    callDialogSettings,
  );
  if (!formed.ok) return undefined;
  applyDialogChanges(turn.state.dialogs, formed.value);
  return formed.value.findLast((change) => change.kind === "putDialog")?.row;
}

/** RFC 3261 §12.3: the INVITE was refused, and its early dialogs end with it. */
export function endUnanswered(turn: Turn, call: Call): void {
  const [opener] = dialogsOfCall(turn.state, call.id);
  if (opener !== undefined) applyDialogs(turn, openingRefused(turn.state.dialogs, opener));
  // RFC 5057 §4: a transfer that began while it rang lives on; there is no call in that dialog.
  for (const row of dialogsOfCall(turn.state, call.id)) if (row.state === "confirmed") endInvite(turn, row);
}

/** The call of that dialog ends, by whatever side; a transfer under way may outlive it (RFC 5057 §4). */
export function endInvite(turn: Turn, row: DialogRow): void {
  const expiresAt = epochMs(Math.min(row.expiresAt, turn.now + referOutlivesCall));
  applyDialogs(turn, endUsage({ ...row, expiresAt }, inviteUsage, turn.now));
}

/**
 * A request within the dialog was accepted: the dialog lives. `said` is what the other side said in it, the request or
 * its response.
 */
export function agreedWithin(turn: Turn, row: DialogRow, request: SipRequest, said: SipMessage): void {
  // Of what outlives the call nothing prolongs it, the answer to its BYE least of all.
  if (hasInvite(row)) applyDialogs(turn, prolong(row, undefined, turn.now, callDialogSettings));
  const current = turn.state.dialogs.get(row.id) ?? row;
  if (request.method === "INVITE" || request.method === "UPDATE") refreshTarget(turn, current, said);
  // RFC 5057 §4, RFC 3515 §2.4.4: its NOTIFYs may outlive the call.
  const usage = subscriptionOf(request);
  if (usage !== undefined) addSubscription(turn, current, usage);
}

/** The subscription that a REFER or SUBSCRIBE within a call begins. */
function subscriptionOf(request: SipRequest): Usage | undefined {
  const isFetch = parseDeltaSeconds(headerValue(request, "expires") ?? "") === 0;
  return request.method === "REFER" || (request.method === "SUBSCRIBE" && !isFetch)
    ? usageOf(request)
    : undefined;
}

function addSubscription(turn: Turn, { callId, localTag, remoteTag }: DialogRow, usage: Usage): void {
  if (localTag === undefined || remoteTag === undefined) return;
  const id = turn.ports.entropy.token();
  const formed = formDialog(
    turn.state.dialogs,
    { id, callId, localTag, remoteTag, usage, state: "confirmed", lifetime: undefined },
    turn.now,
    callDialogSettings,
  );
  if (formed.ok) applyDialogs(turn, formed.value);
}

/** RFC 3261 §12.2: an accepted target refresh of the other side, or its answer to one. */
function refreshTarget(turn: Turn, row: DialogRow, message: SipMessage): void {
  const [contact] = plainContacts(message);
  const parsed = parseContacts(contact === undefined ? [] : [contact]);
  const uri = parsed.ok && parsed.value !== "*" ? parsed.value[0]?.nameAddr.uri : undefined;
  if (uri === undefined || row.view === undefined) return;
  applyDialogs(turn, updateView(row, { ...row.view, remoteTarget: uri }));
}

/** RFC 3261 §12.1: what may form a dialog is no 100. */
const forms = ({ status }: SipResponse): boolean => status > 100 && status < 300;

export const toTagOf = (message: SipMessage): string | undefined => tagOf(headerValue(message, "to") ?? "");

function factsOf(invite: SipRequest, requestUri: string): DialogRequest {
  const cseq = parseCSeq(headerValue(invite, "cseq") ?? "");
  return {
    requestUri,
    from: headerValue(invite, "from") ?? "",
    to: headerValue(invite, "to") ?? "",
    callId: headerValue(invite, "call-id") ?? "",
    cseq: cseq.ok ? cseq.value.sequence : 0,
    contact: plainContacts(invite),
    recordRoute: headerValues(invite, "record-route"),
    overTls: true,
  };
}

function viewOf({
  id: _,
  phase: __,
  ...view
}: DialogState & { readonly id: unknown; readonly phase: unknown }) {
  return view satisfies DialogState;
}

/** The home that answers for the other side: the first on a route that is not ours for that page. */
export function homeBehind(turn: Turn, values: readonly string[], page: string): AddressOfRecord | undefined {
  const routes = parseRoutes(values);
  if (!routes.ok) return undefined;
  const seal = turn.ports.keyring.seal("route");
  for (const { nameAddr } of routes.value) {
    const target = readRoute(seal, nameAddr.uri);
    if (target !== undefined && !(target.aor === turn.state.aor && target.page === page)) return target.aor;
  }
  return undefined;
}

/** When a confirmed call of that page was to end for want of it; undefined for none. */
export const isTalked = (row: DialogRow): boolean => row.state === "confirmed" && hasInvite(row);

const hasInvite = ({ usages }: DialogRow): boolean => usages.some(({ kind }) => kind === "invite");
