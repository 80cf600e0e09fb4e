// The virtual subscriptions of a list to its entries (RFC 4662 §4.6): SUBSCRIBEs of this home's own, on its user's behalf, and
// the NOTIFYs that come back to it. No page hears of them.

import { after, epochMs, millis, seconds, toMillis } from "../../base/brand";
import type { Parcel } from "../../contracts/parcel";
import { impactOf } from "../../dialog/usage";
import type { BackEndState } from "../../rls/back-end";
import { parseContacts } from "../../sip/headers/contact";
import { parseCSeq } from "../../sip/headers/cseq";
import { parseDeltaSeconds } from "../../sip/headers/integer";
import { parseSubscriptionState } from "../../sip/headers/subscription-state";
import { tagOf } from "../../sip/headers/tag";
import { body, headerValue, headerValues, type SipRequest, type SipResponse } from "../../sip/message";
import { parseText } from "../../sip/parser";
import { sendOwn } from "../forward";
import { answer } from "../reply";
import type { BackEndDialog, ListRun } from "../state";
import type { Turn } from "../turn";
import { forgetBackEnd, homeOfEntry, keepBackEnd, nextCSeq, packageOf, subscribeText } from "./list-dialogs";
import { writeMark } from "./list-marks";
import { putListEntry, stepList } from "./lists";

/** So much earlier than they end the virtual subscriptions of a list are refreshed, all together. */
const margin = millis(120_000);

/** Asks as many entries as may be asked now. */
export function askOn(turn: Turn): void {
  const { state, ports } = turn;
  if (state.lists.size === 0) return;
  for (const [id, run] of [...state.lists]) {
    let at = 0;
    while (at < run.asking.length && state.burst < ports.settings.events.notifiesAtOnce) {
      state.burst++;
      askBackEnd(turn, id, run.asking[at++] ?? "");
    }
    const current = state.lists.get(id);
    if (at > 0 && current !== undefined)
      state.lists.set(id, { ...current, asking: current.asking.slice(at) });
  }
}

/** SUBSCRIBEs to an entry, for the first time or once more. */
function askBackEnd(turn: Turn, list: string, uri: string): void {
  const run = turn.state.lists.get(list);
  if (run === undefined || run.state.kind !== "open" || !isListed(run, uri)) return;
  const to = homeOfEntry(turn, uri);
  // RFC 3261 §8.2.2.1: of a domain that is not ours nobody here can tell.
  if (to === undefined) return void stepList(turn, list, { kind: "backEndRefused", uri, status: 404 });
  const known = run.dialogs.get(uri);
  const dialog: BackEndDialog =
    known === undefined
      ? {
          callId: turn.ports.entropy.token(),
          localTag: turn.ports.entropy.token(),
          localCSeq: nextCSeq(turn, 0),
          remoteCSeq: 0,
        }
      : { ...known, localCSeq: nextCSeq(turn, known.localCSeq) };
  keepBackEnd(turn, list, uri, dialog);
  const { defaultExpires } = packageOf(turn, list) ?? { defaultExpires: seconds(3600) };
  const { branch, text } = subscribeText(turn, list, uri, dialog, defaultExpires);
  const parsed = parseText(text);
  if (!parsed.ok || parsed.value.kind !== "request") {
    return void stepList(turn, list, { kind: "backEndRefused", uri, status: 400 });
  }
  const purpose = { kind: "back-end", list, uri } as const;
  sendOwn(turn, to, purpose, branch, text);
}

const isListed = ({ state }: ListRun, uri: string): boolean =>
  state.kind === "open" && state.resources.some((resource) => resource.uri === uri);

/** The final answer to such a SUBSCRIBE. */
export function backEndAnswered(turn: Turn, list: string, uri: string, response: SipResponse): void {
  const dialog = turn.state.lists.get(list)?.dialogs.get(uri);
  const callId = headerValue(response, "call-id");
  if (dialog === undefined || dialog.callId !== callId) return;
  const { status } = response;
  if (status < 300) return backEndTaken(turn, list, uri, dialog, response);
  // A refresh that fails in passing leaves the subscription as it is (RFC 6665 §4.1.2.3).
  if (dialog.remoteTag !== undefined && impactOf(status, "SUBSCRIBE") === "transaction") return;
  forgetBackEnd(turn, list, uri);
  const retryAfter = parseDeltaSeconds(headerValue(response, "retry-after") ?? "");
  stepList(turn, list, {
    kind: "backEndRefused",
    uri,
    status,
    ...(retryAfter === undefined ? {} : { retryAfter: seconds(retryAfter) }),
  });
}

function backEndTaken(
  turn: Turn,
  list: string,
  uri: string,
  dialog: BackEndDialog,
  response: SipResponse,
): void {
  const remoteTag = tagOf(headerValue(response, "to") ?? "");
  const contacts = parseContacts(headerValues(response, "contact"));
  const remoteTarget = contacts.ok && contacts.value !== "*" ? contacts.value[0]?.nameAddr.uri : undefined;
  const taken: BackEndDialog = {
    ...dialog,
    ...(remoteTag === undefined ? {} : { remoteTag }),
    ...(remoteTarget === undefined ? {} : { remoteTarget }),
  };
  keepBackEnd(turn, list, uri, taken);
  const granted = seconds(parseDeltaSeconds(headerValue(response, "expires") ?? "") ?? 3600);
  const run = turn.state.lists.get(list);
  if (run === undefined) return;
  const own = epochMs(Math.max(turn.now + 30_000, after(turn.now, toMillis(granted)) - margin));
  // All of them were refreshed: the first to end says when they are next.
  const refreshAt = epochMs(Math.min(run.refreshAt ?? own, own));
  const current = { ...run, refreshAt };
  turn.state.lists.set(list, current);
  const subscription = turn.state.subscriptions.get(list);
  if (subscription !== undefined) writeMark(turn, subscription, current);
  if (dialog.remoteTag !== taken.remoteTag) putListEntry(turn, list, uri);
}

/** Nobody has answered it. */
export function backEndSilent(turn: Turn, list: string, uri: string): void {
  if (turn.state.lists.get(list)?.dialogs.get(uri)?.remoteTag !== undefined) return;
  forgetBackEnd(turn, list, uri);
  stepList(turn, list, { kind: "backEndSilent", uri });
}

/** A NOTIFY of a virtual subscription; false when it is of none. */
export function takeBackEndNotify(turn: Turn, parcel: Parcel, request: SipRequest): boolean {
  const found = turn.state.backEnds.get(headerValue(request, "call-id") ?? "");
  const dialog = found === undefined ? undefined : turn.state.lists.get(found.list)?.dialogs.get(found.uri);
  if (found === undefined || dialog === undefined || request.method !== "NOTIFY") return false;
  const { list, uri } = found;
  const [from, to] = ["from", "to"].map((name) => tagOf(headerValue(request, name) ?? ""));
  const cseq = parseCSeq(headerValue(request, "cseq") ?? "");
  const state = parseSubscriptionState(headerValue(request, "subscription-state") ?? "");
  const isOther = dialog.remoteTag !== undefined && dialog.remoteTag !== from;
  if (to !== dialog.localTag || from === undefined || isOther) answer(turn, parcel, request, 481);
  else if (!cseq.ok || !state.ok) answer(turn, parcel, request, 400);
  // RFC 3261 §12.2.2
  else if (cseq.value.sequence <= dialog.remoteCSeq) answer(turn, parcel, request, 500);
  else {
    keepBackEnd(turn, list, uri, { ...dialog, remoteTag: from, remoteCSeq: cseq.value.sequence });
    heard(turn, list, uri, state.value, request);
    answer(turn, parcel, request, 200);
  }
  return true;
}

function heard(turn: Turn, list: string, uri: string, subscription: BackEndState, request: SipRequest): void {
  const contentType = headerValue(request, "content-type");
  const text = body(request);
  const hasDocument = contentType !== undefined && text !== "" && !request.octets;
  // Before its entry's row is written: whoever reads that must not ask again in a dialog that is over.
  if (subscription.state === "terminated") forgetBackEnd(turn, list, uri);
  stepList(turn, list, {
    kind: "backEndNotified",
    uri,
    subscription,
    ...(hasDocument ? { document: { contentType, body: text } } : {}),
  });
}
