// One list subscription at its subscriber's home, the resource list server of its user (RFC 4662 §4).
//
// Every entry has a virtual subscription of its own, and what becomes of it is told of that entry alone: refused, dead
// or silent, it never fails the list. What changes is marked as owed, and nothing is sent until the throttle lets a
// NOTIFY go; then one goes with all that is owed, or as much as fits. So states that are overtaken meanwhile are
// skipped, and whoever runs this decides how often to send (RFC 4662 §4.8): at once after `started` and `refreshed`,
// as RFC 6665 §4.2.1.2 wants, and never while another NOTIFY is under way.
//
// Documents go through unread and unchanged (§7.3). Each replaces the one before, so the back ends must be asked for
// whole states: without `Supported: eventlist` and partial formats in Accept. A list inside a list is then refused
// with 421 by its server, which also is what keeps lists of lists from going round in circles (§7.4).

import type { EpochMs, Seconds } from "../base/brand";
import type { Step } from "../base/step";
import {
  afterNotify,
  afterRefusal,
  afterSilence,
  askedAgain,
  type BackEndState,
  isDue,
  retryAtOf,
} from "./back-end";
import {
  instanceOf,
  type ListNotification,
  type NotifiedInstance,
  type ResourceDocuments,
  selectNotification,
} from "./list-notification";
import {
  type ListContents,
  type ListResource,
  type ListState,
  type OpenList,
  owes,
  type ResourceDocument,
} from "./list-state";

export type ListInput =
  /** The SUBSCRIBE was accepted. */
  | { readonly kind: "started"; readonly list: ListContents }
  /** A NOTIFY of an entry's virtual subscription; no document: it had no body. */
  | {
      readonly kind: "backEndNotified";
      readonly uri: string;
      readonly subscription: BackEndState;
      readonly document?: ResourceDocument;
    }
  /** A virtual subscription that was not accepted, or whose refresh ended it (RFC 5057 §5.1). */
  | {
      readonly kind: "backEndRefused";
      readonly uri: string;
      readonly status: number;
      readonly retryAfter?: Seconds;
    }
  /** No answer, or no NOTIFY, in time. */
  | { readonly kind: "backEndSilent"; readonly uri: string }
  /** The list has been edited, or names other entries than before; it may be the same. */
  | { readonly kind: "listChanged"; readonly list: ListContents }
  /** Another SUBSCRIBE of this subscription was accepted. */
  | { readonly kind: "refreshed" }
  /** A NOTIFY did not get there, or it is not known whether: the subscriber's versions may have a gap (§5.6.2). */
  | { readonly kind: "notifyLost" }
  /** A NOTIFY may go now. */
  | { readonly kind: "throttleFired" }
  /** Some deadline has come; it may be another's, and may come late or twice. */
  | { readonly kind: "timerFired" }
  /** Expired, unsubscribed, or its subscriber is gone; `tell`: a last NOTIFY is to be sent. */
  | { readonly kind: "ended"; readonly tell: boolean };

export type ListEffect =
  | { readonly kind: "subscribe"; readonly uri: string }
  | { readonly kind: "unsubscribe"; readonly uri: string }
  /** Give the input `timerFired` at that moment. */
  | { readonly kind: "retry"; readonly uri: string; readonly at: EpochMs }
  | { readonly kind: "putDocument"; readonly uri: string; readonly document: ResourceDocument }
  | { readonly kind: "deleteDocument"; readonly uri: string }
  | { readonly kind: "sendList"; readonly notification: ListNotification };

export interface ListContext {
  /** As the effects have left them. */
  readonly documents: ResourceDocuments;
  /** What the body of one NOTIFY may take. */
  readonly maxOctets: number;
}

type ListStep = Step<ListState, ListEffect>;

export const newList: ListState = { kind: "new" };

/** One input. */
export function listStep(state: ListState, input: ListInput, context: ListContext, now: EpochMs): ListStep {
  switch (state.kind) {
    case "new":
      return input.kind === "started" ? start(input.list, now) : { state, effects: [] };
    case "open":
      return whileOpen(state, input, context, now);
    case "over":
      return { state, effects: [] };
  }
}

function start({ uri, displayNames, entries }: ListContents, now: EpochMs): ListStep {
  const empty: OpenList = { kind: "open", uri, displayNames, version: 0, owesFull: true, resources: [] };
  return changeList(empty, { uri, displayNames, entries }, () => undefined, now);
}

function whileOpen(list: OpenList, input: ListInput, context: ListContext, now: EpochMs): ListStep {
  const stay: ListStep = { state: list, effects: [] };
  const { documents } = context;
  const become = (uri: string, change: (resource: ListResource) => ListResource): ListStep =>
    changeResource(list, uri, change, undefined, documents);
  switch (input.kind) {
    case "backEndNotified": {
      const change = (resource: ListResource) => afterNotify(resource, input.subscription, now);
      return changeResource(list, input.uri, change, input.document, documents);
    }
    case "backEndRefused":
      return become(input.uri, (resource) => afterRefusal(resource, input.status, input.retryAfter, now));
    case "backEndSilent":
      return become(input.uri, (resource) => afterSilence(resource, now));
    case "listChanged":
      return changeList(list, input.list, documents, now);
    case "refreshed":
    case "notifyLost":
      return { state: { ...list, owesFull: true }, effects: [] };
    case "throttleFired":
      return owes(list) === "nothing" ? stay : send(list, context);
    case "timerFired":
      return retryDue(list, now);
    case "ended":
      return end(list, input.tell, context);
    case "started":
      return stay;
  }
}

/** One resource after word from its back end. Word of one that is not on the list comes late, and is nothing. */
function changeResource(
  list: OpenList,
  uri: string,
  change: (resource: ListResource) => ListResource,
  told: ResourceDocument | undefined,
  documents: ResourceDocuments,
): ListStep {
  const before = list.resources.find((resource) => resource.uri === uri);
  if (before === undefined) return { state: list, effects: [] };
  const stored = documents(uri);
  const after = change(before);
  const document = documentAfter(before, after, stored, told);
  const isSame = isSameInstance(instanceOf(before, stored), instanceOf(after, document));
  const owing = isSame || before.owedSince !== undefined ? after : { ...after, owedSince: list.version };
  const effects: ListEffect[] = [];
  if (document === undefined && stored !== undefined) effects.push({ kind: "deleteDocument", uri });
  if (document !== undefined && !isSameDocument(document, stored)) {
    effects.push({ kind: "putDocument", uri, document });
  }
  const retryAt = retryAtOf(after);
  if (after !== before && retryAt !== undefined) effects.push({ kind: "retry", uri, at: retryAt });
  if (owing === before) return { state: list, effects };
  const resources = list.resources.map((resource) => (resource === before ? owing : resource));
  return { state: { ...list, resources }, effects };
}

/**
 * The document that goes with a resource's new state. One that is not told anew stays as long as the state does;
 * what was shown to an active watcher is nothing for a pending or a terminated one. RFC 6665 §4.1.3 `invariant`:
 * the state is what it was, for good.
 */
function documentAfter(
  before: ListResource,
  { backEnd }: ListResource,
  stored: ResourceDocument | undefined,
  told: ResourceDocument | undefined,
): ResourceDocument | undefined {
  if (backEnd.kind !== "terminated")
    return told ?? (backEnd.kind === before.backEnd.kind ? stored : undefined);
  return backEnd.reason === "invariant" ? (told ?? stored) : undefined;
}

const isSameInstance = (a: NotifiedInstance | undefined, b: NotifiedInstance | undefined): boolean =>
  a?.id === b?.id &&
  a?.state === b?.state &&
  a?.reason === b?.reason &&
  isSameDocument(a?.document, b?.document);

const isSameDocument = (a: ResourceDocument | undefined, b: ResourceDocument | undefined): boolean =>
  a?.contentType === b?.contentType && a?.body === b?.body;

/**
 * The list with other entries. Who stays on it keeps its virtual subscription. That somebody is gone only a NOTIFY of
 * full state can say (RFC 4662 §5.6), so any difference calls for one.
 */
function changeList(
  list: OpenList,
  next: ListContents,
  documents: ResourceDocuments,
  now: EpochMs,
): ListStep {
  const old = new Map(list.resources.map((resource) => [resource.uri, resource]));
  const entries = new Map(next.entries.map((entry) => [entry.uri, entry]));
  const effects: ListEffect[] = [];
  for (const resource of old.values()) {
    if (!entries.has(resource.uri)) effects.push(...forget(resource, documents));
  }
  const resources = [...entries.values()].map(({ uri, displayNames }): ListResource => {
    const kept = old.get(uri);
    if (kept !== undefined) return { ...kept, displayNames };
    effects.push({ kind: "subscribe", uri });
    const backEnd = { kind: "asked" } as const;
    return { uri, displayNames, backEnd, instance: 1, subscribedAt: now, attempts: 0 };
  });
  const changed: OpenList = { ...list, uri: next.uri, displayNames: next.displayNames, resources };
  if (JSON.stringify(changed) === JSON.stringify(list)) return { state: list, effects };
  return { state: { ...changed, owesFull: true }, effects };
}

/** What ends with a resource. */
function forget({ uri, backEnd }: ListResource, documents: ResourceDocuments): readonly ListEffect[] {
  const effects: ListEffect[] = [];
  if (backEnd.kind !== "terminated") effects.push({ kind: "unsubscribe", uri });
  if (documents(uri) !== undefined) effects.push({ kind: "deleteDocument", uri });
  return effects;
}

/** RFC 4662 §5.2: versions rise by exactly one, whether the NOTIFY is full or partial. */
function send(list: OpenList, { documents, maxOctets }: ListContext): ListStep {
  const { notification, left } = selectNotification(list, documents, maxOctets);
  const resources = list.resources.map((resource) => afterSending(resource, left, list.version));
  return {
    state: { ...list, version: list.version + 1, owesFull: false, resources },
    effects: [{ kind: "sendList", notification }],
  };
}

function afterSending(resource: ListResource, left: ReadonlySet<string>, version: number): ListResource {
  if (left.has(resource.uri))
    return resource.owedSince === undefined ? { ...resource, owedSince: version } : resource;
  const { owedSince, ...told } = resource;
  return owedSince === undefined ? resource : told;
}

function retryDue(list: OpenList, now: EpochMs): ListStep {
  const due = list.resources.filter((resource) => isDue(resource, now));
  if (due.length === 0) return { state: list, effects: [] };
  const resources = list.resources.map((resource) =>
    isDue(resource, now) ? askedAgain(resource, now) : resource,
  );
  return { state: { ...list, resources }, effects: due.map(({ uri }) => ({ kind: "subscribe", uri })) };
}

/** RFC 4662 §4.5: a NOTIFY without RLMI MUST NOT follow one that has it, so the last one has it, too. */
function end(list: OpenList, tell: boolean, context: ListContext): ListStep {
  const last = tell ? send(list, context).effects : [];
  const forgotten = list.resources.flatMap((resource) => forget(resource, context.documents));
  return { state: { kind: "over" }, effects: [...last, ...forgotten] };
}
