// Which SUBSCRIBEs are to a list that the subscriber's own home serves (RFC 4662 §4.1): one that brings its list along (RFC
// 5367), and one to a URI that a document of the user's makes a list (RFC 4826 §4).

import { err, ok, type Result } from "../../base/result";
import type { SubscribedList, Subscription } from "../../events/subscription";
import type { FlatList, OwnerTree } from "../../rls/flat-list";
import { RLMI_TYPE } from "../../rls/rlmi";
import { type RlsService, readRlsServices, resolveList, serviceFor } from "../../rls/rls-services";
import {
  EVENT_LIST,
  RECIPIENT_LIST_SUBSCRIBE,
  readSubscribedList,
  refuseWithoutEventList,
} from "../../rls/subscribed-list";
import { accepts } from "../../sip/headers/accept";
import { parseEvent } from "../../sip/headers/event";
import { tokenList } from "../../sip/headers/list";
import { headerValue, headerValues, type SipRequest } from "../../sip/message";
import type { Refusal } from "../../sip/refusal";
import { advanceNotifier, applySubscriptions } from "../events/notify";
import { takeListEntries } from "../rate";
import { log, type Turn } from "../turn";
import { xcapKey } from "../xcap/xcap-key";
import { changeList } from "./lists";

/** Extensions that a SUBSCRIBE to a list may require (RFC 3261 §8.2.2.3). */
const extensions: ReadonlySet<string> = new Set([EVENT_LIST, RECIPIENT_LIST_SUBSCRIBE]);

export const requiresMore = (request: SipRequest, isOfList: boolean): readonly string[] =>
  tokenList(headerValues(request, "require")).filter(
    (token) => !(isOfList && extensions.has(token.toLowerCase())),
  );

/** Whether this home, its sender's, is who serves it: it goes no further. */
export function isForOwnLists(turn: Turn, request: SipRequest): boolean {
  if (request.method !== "SUBSCRIBE") return false;
  const list = readSubscribedList(request);
  if (!list.ok || list.value !== undefined) return true;
  const service = serviceOf(turn, request.requestUri, eventOf(request));
  return !service.ok || service.value !== undefined;
}

/** The list that a SUBSCRIBE outside of dialogs is to; undefined when it is to none, or why it cannot be served. */
export function listOf(turn: Turn, request: SipRequest): Result<SubscribedList | undefined, Refusal> {
  const brought = readSubscribedList(request);
  if (!brought.ok) return brought;
  const stored =
    brought.value === undefined ? storedList(turn, request.requestUri, eventOf(request)) : ok(undefined);
  if (!stored.ok) return stored;
  const list =
    brought.value === undefined ? stored.value : listFrom(turn, request.requestUri, "body", brought.value);
  if (list === undefined) return ok(undefined);
  const refused = refuseWithoutEventList(request) ?? refuseAccept(request) ?? refuseTooMany(turn, list);
  return refused === undefined ? ok(list) : err(refused);
}

const eventOf = (request: SipRequest): string => {
  const event = parseEvent(headerValue(request, "event") ?? "");
  return event.ok ? event.value.package : "";
};

function listFrom(turn: Turn, uri: string, from: SubscribedList["from"], flat: FlatList): SubscribedList {
  const { displayNames, entries, omissions } = flat;
  if (omissions.length > 0) log(turn, "list entries left out", { omissions });
  return { uri, from, displayNames, entries };
}

/** The list that the user's documents make of that URI now; undefined for none. */
export function storedList(
  turn: Turn,
  uri: string,
  event: string,
): Result<SubscribedList | undefined, Refusal> {
  const service = serviceOf(turn, uri, event);
  if (!service.ok || service.value === undefined) return service.ok ? ok(undefined) : service;
  const resolved = resolveList(service.value, treeOf(turn, service.value));
  return resolved.ok ? ok(listFrom(turn, uri, "service", resolved.value)) : resolved;
}

function serviceOf(turn: Turn, uri: string, event: string): Result<RlsService | undefined, Refusal> {
  for (const { auid, text } of turn.state.xcap.values()) {
    const services = auid === "rls-services" ? readRlsServices(text) : undefined;
    const found = services?.ok === true ? serviceFor(services.value, uri, event) : ok(undefined);
    if (!found.ok || found.value !== undefined) return found;
  }
  return ok(undefined);
}

/** Where references of that service lead: it names its list by the address under which its owner sees his documents. */
function treeOf({ state }: Turn, { list }: RlsService): OwnerTree {
  const anchor = list.kind === "reference" ? list.anchor.trim() : "";
  const end = anchor.indexOf("/resource-lists/users/");
  return {
    owner: state.aor,
    xcapRoot: end < 0 ? "" : anchor.slice(0, end),
    document: (auid, name) => state.xcap.get(xcapKey(auid, name))?.text,
  };
}

/** RFC 4662 §4.7: the user's documents have changed, and with them perhaps who is on lists that are subscribed to. */
export function refreshLists(turn: Turn): void {
  for (const subscription of [...turn.state.subscriptions.values()]) {
    const { id, list: known, event } = subscription;
    if (known?.from !== "service") continue;
    const list = storedList(turn, known.uri, event);
    if (!list.ok || list.value === undefined) {
      advanceNotifier(turn, subscription, { kind: "ended", reason: "noresource" });
    } else if (!mayAdd(turn, known, list.value)) {
      // RFC 6665 §4.1.3: its client may subscribe anew, and is told by a 503 when that is too early.
      advanceNotifier(turn, subscription, { kind: "ended", reason: "deactivated" });
    } else if (JSON.stringify(list.value) !== JSON.stringify(known)) {
      putList(turn, subscription, list.value);
      changeList(turn, id, list.value);
    }
  }
}

/** In the row, and where a NOTIFY is under way in that which its answer writes. */
function putList(turn: Turn, subscription: Subscription, list: SubscribedList): void {
  const { notifiers } = turn.state;
  const notifier = notifiers.get(subscription.id);
  if (notifier?.kind === "notifying") {
    const current = { ...notifier.subscription, list };
    notifiers.set(subscription.id, { ...notifier, subscription: current });
  }
  applySubscriptions(turn, [{ kind: "putSubscription", subscription: { ...subscription, list } }]);
}

/** An edit is charged for whom it adds, or a list could be changed back and forth. */
function mayAdd({ state, ports, now }: Turn, known: SubscribedList, list: SubscribedList): boolean {
  const before = new Set(known.entries.map(({ uri }) => uri));
  const added = list.entries.filter(({ uri }) => !before.has(uri)).length;
  return added === 0 || takeListEntries(state, added, ports.settings.limits, now);
}

/** One SUBSCRIBE sets off as many as the list has entries, and its end as many again. */
function refuseTooMany({ state, ports, now }: Turn, { entries }: SubscribedList): Refusal | undefined {
  if (takeListEntries(state, entries.length, ports.settings.limits, now)) return undefined;
  return { status: 503, reason: "Too Many List Entries", lines: [["Retry-After", "10"]] };
}

/** RFC 4662 §4.3: an Accept names the types that a list is told in, beside those of the package. */
function refuseAccept(request: SipRequest): Refusal | undefined {
  const values = headerValues(request, "accept");
  const isServed =
    values.length === 0 || [RLMI_TYPE, "multipart/related"].every((type) => accepts(values, type));
  return isServed ? undefined : { status: 406 };
}
