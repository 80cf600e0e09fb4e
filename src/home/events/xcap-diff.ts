// The user's XCAP documents as the event package xcap-diff tells them (RFC 5875): to himself, each subscription what its
// SUBSCRIBE selected.
//
// The state that is compared is a list of what is there: documents by entity-tag, selected elements and attributes by
// a hash. What changed is kept beside its version (xcap-history.ts). What a watcher knows is not: the version of his
// last NOTIFY is in memory, and a memory that begins anew tells what not everybody was told. Where a NOTIFY is owed
// he may know anything, and is told everything, and what is gone.

import {
  composeXcapDiff,
  selectDocuments,
  type XcapDiffEntry,
  type XcapDocumentState,
} from "../../events/packages/xcap-diff";
import {
  changesSince,
  NO_HISTORY,
  recordChanges,
  type XcapHistory,
} from "../../events/packages/xcap-history";
import type { Subscription } from "../../events/subscription";
import { nextVersion, numberOf } from "../../events/unwritten-refresh";
import type { XcapSelection } from "../../events/xcap-selection";
import { documentUri } from "../../xcap/document-selector";
import { type NodeContent, nodesOf } from "../../xcap/read-node";
import type { XcapDocument } from "../state";
import type { Turn } from "../turn";
import { inOrder } from "../xcap/xcap-key";
import type { EventSource } from "./event-source";

export const XCAP_DIFF_EVENT = "xcap-diff";

type NodeSelection = Extract<XcapSelection, { nodeSelector: string }>;

/** Octets of one NOTIFY that may be contents of elements; what is beyond is told as being there (§4.7). */
const MOST_CONTENT = 16 * 1024;

export const xcapDiffSource: EventSource = {
  content(turn) {
    const known = turn.state.documents.get(XCAP_DIFF_EVENT);
    const resources = resourcesOf(turn);
    const before = new Map(readResources(known?.text));
    // An element that nobody selects any more is not gone.
    const selected = selectedKeys(turn);
    for (const key of before.keys()) if (!isDocumentKey(key) && !selected.has(key)) before.delete(key);
    const history = recordChanges(
      known?.history ?? NO_HISTORY,
      known?.told ?? true,
      known === undefined ? resources : before,
      resources,
      { version: nextVersion(known?.version ?? 0), at: turn.now },
    );
    return { text: JSON.stringify([...resources].sort(([a], [b]) => (a < b ? -1 : 1))), history };
  },
  body(turn, subscription, notification) {
    const { xcap: interest } = subscription;
    if (notification.disclosure !== "document" || interest === undefined) return undefined;
    const { history = NO_HISTORY } = turn.state.documents.get(XCAP_DIFF_EVENT) ?? {};
    const told = turn.state.xcapTold.get(subscription.id);
    const isWhole =
      notification.final ||
      subscription.owed !== "nothing" ||
      (told !== undefined && notification.counter > told.counter);
    const entries = isWhole
      ? wholeState(turn, subscription, history)
      : changedState(turn, subscription, history, told?.version ?? 0);
    const { counter, documentVersion: version } = notification;
    if (!notification.final) turn.state.xcapTold.set(subscription.id, { counter, version });
    return composeXcapDiff(interest.root, entries);
  },
  concerns(turn, subscription) {
    const { history = NO_HISTORY } = turn.state.documents.get(XCAP_DIFF_EVENT) ?? {};
    const since = turn.state.xcapTold.get(subscription.id)?.version ?? 0;
    return changedState(turn, subscription, history, since).length > 0;
  },
};

/** §4.7: a SUBSCRIBE is answered with all that it selects, whatever its sender may know. */
export function tellAll({ state }: Turn, subscription: Subscription): void {
  const { id, end } = subscription;
  if (end === undefined) state.xcapTold.set(id, { counter: numberOf(subscription) - 1, version: 0 });
}

/** §4.7: all that is there; and what is gone since the subscription began, for who may have missed it. */
function wholeState(
  turn: Turn,
  { xcap, owed, createdAt }: Subscription,
  history: XcapHistory,
): XcapDiffEntry[] {
  const selections = xcap?.selections ?? [];
  const gone = owed === "nothing" ? [] : history.removals.filter(({ at }) => at > createdAt);
  const documents: XcapDocumentState[] = inOrder(turn.state.xcap).map((document) => ({
    sel: selOf(turn, document),
    newEtag: document.etag,
  }));
  const removed = gone.flatMap(({ key, previous }) =>
    isDocumentKey(key) ? [{ sel: key, previousEtag: previous }] : [],
  );
  const goneKeys = new Set(gone.map(({ key }) => key));
  const nodes = nodeEntries(turn, selections, (key, content) => content !== undefined || goneKeys.has(key));
  return [...selectDocuments(selections, [...removed, ...documents]), ...nodes];
}

function changedState(
  turn: Turn,
  { xcap }: Subscription,
  history: XcapHistory,
  since: number,
): XcapDiffEntry[] {
  const selections = xcap?.selections ?? [];
  const changes = changesSince(history, since);
  const documents: XcapDocumentState[] = changes
    .filter(({ key }) => isDocumentKey(key))
    .map(({ key, previous, now }) => ({
      sel: key,
      ...(previous === undefined ? {} : { previousEtag: previous }),
      ...(now === undefined ? {} : { newEtag: now }),
    }));
  const changedKeys = new Set(changes.map(({ key }) => key));
  const nodes = nodeEntries(turn, selections, (key) => changedKeys.has(key));
  return [...selectDocuments(selections, documents), ...nodes];
}

/** The selected elements and attributes that are to be told. */
function nodeEntries(
  turn: Turn,
  selections: readonly XcapSelection[],
  isTold: (key: string, content: NodeContent | undefined) => boolean,
): XcapDiffEntry[] {
  let room = MOST_CONTENT;
  const entries: XcapDiffEntry[] = [];
  eachNode(turn, selections, (selection, content) => {
    if (!isTold(nodeKey(turn, selection), content)) return;
    const { kind, uri: sel } = selection;
    if (kind === "attribute") {
      entries.push(content?.kind === "attribute" ? { kind, sel, value: content.value } : { kind, sel });
    } else if (content?.kind !== "element") {
      entries.push({ kind, sel });
    } else {
      const isSmall = content.text.length <= room;
      if (isSmall) room -= content.text.length;
      entries.push({ kind, sel, content: isSmall ? content.element : "withheld" });
    }
  });
  return entries;
}

/** What is there, of the user's documents and of what all who watch have selected in them. */
function resourcesOf(turn: Turn): Map<string, string> {
  const resources = new Map<string, string>();
  for (const document of inOrder(turn.state.xcap)) resources.set(selOf(turn, document), document.etag);
  for (const { selections } of interestsOf(turn)) {
    eachNode(turn, selections, (selection, content) => {
      if (content === undefined) return;
      resources.set(nodeKey(turn, selection), turn.ports.keyring.hash("SHA-256", content.text));
    });
  }
  return resources;
}

/** Each document is read once, however much is selected in it. */
function eachNode(
  turn: Turn,
  selections: readonly XcapSelection[],
  run: (selection: NodeSelection, content: NodeContent | undefined) => void,
): void {
  const nodes = selections.filter(isNode);
  if (nodes.length === 0) return;
  const documents = new Map([...turn.state.xcap.values()].map((each) => [pathOf(turn, each), each]));
  const readers = new Map<string, ReturnType<typeof nodesOf>>();
  for (const selection of nodes) {
    const { path, nodeSelector, query } = selection;
    const document = documents.get(path);
    const read = readers.get(path) ?? (document && nodesOf(document.auid, document.text));
    if (read !== undefined) readers.set(path, read);
    run(selection, read?.(nodeSelector, query));
  }
}

const interestsOf = ({ state }: Turn) => [...state.subscriptions.values()].flatMap(({ xcap }) => xcap ?? []);

const selectedKeys = (turn: Turn): ReadonlySet<string> =>
  new Set(
    interestsOf(turn).flatMap(({ selections }) =>
      selections.filter(isNode).map((each) => nodeKey(turn, each)),
    ),
  );

const isNode = (selection: XcapSelection): selection is NodeSelection => "nodeSelector" in selection;

/** Short, whatever was selected. No path of a document begins like this. */
const nodeKey = ({ ports }: Turn, { path, nodeSelector, query }: NodeSelection): string =>
  `#${ports.keyring.hash("SHA-256", JSON.stringify([path, nodeSelector, query]))}`;
const isDocumentKey = (key: string): boolean => !key.startsWith("#");

function readResources(text: string | undefined): readonly (readonly [string, string])[] {
  return text === undefined ? [] : (JSON.parse(text) as readonly (readonly [string, string])[]);
}

/** Relative to the XCAP root, escaped: also the key of the document. */
const selOf = ({ state }: Turn, { auid, name }: XcapDocument): string =>
  documentUri("", { auid, tree: "users", xui: `sip:${state.aor}`, name }).slice(1);

/** As a selection names it. */
const pathOf = ({ state }: Turn, { auid, name }: XcapDocument): string =>
  `${auid}/users/sip:${state.aor}/${name}`;
