// The dialogs of a user (RFC 4235 §3) and their document (§4). The states themselves (§3.7.1) are those of the calls
// that the user's home carries; here is what of them is written, and for whom.
// Always full state, which needs no memory of what was told to whom; a subscriber takes it as it comes (§4.3).
// Session descriptions are not told, asked for or not: the home forwards them and keeps none (§4.1.6.3).
// Two slips of the RFC are settled by its schema and by what phones read: the event of a state is `event`, not `reason`
// as in §6.2, and a callee is `recipient`, not `receiver`; a display name is `display` as in §4.1.6.1 and every
// example, not `display-name` as in the schema.

import { type Seconds, seconds } from "../../base/brand";
import { err, ok, type Result } from "../../base/result";
import { type Parameters, parameter } from "../../sip/parameters";
import { appendElement, rootElement } from "../../xml/build";
import { serializeXml } from "../../xml/serialize";
import type { XmlElement } from "../../xml/tree";
import type { EventPackage } from "../event-package";

export const dialog: EventPackage = {
  name: "dialog",
  // RFC 4235 §3.5
  contentTypes: ["application/dialog-info+xml"],
  // RFC 4235 §3.4: an hour for all dialogs of a user, two for a single one.
  defaultExpires: seconds(3600),
  minExpires: seconds(60),
  maxExpires: seconds(7200),
  audience: "rules",
};

/**
 * How much a watcher is told. `full` is for the user and for whom the user has allowed it (§3.6). `masked` has of each
 * dialog no more than its id, its state and the event that ended it (§3.6, §3.7.2): enough for a lamp, too little to
 * learn who talks to whom, or to take the call with Replaces.
 */
export type Disclosure = "full" | "masked";

export interface DialogInfo {
  /** `sip:user@domain`, the observed user. */
  readonly entity: string;
  /** Rises with each document sent to a subscriber, and fits into 32 bits (§4.1). */
  readonly version: number;
  readonly dialogs: readonly DialogEntry[];
}

export type DialogState = "trying" | "proceeding" | "early" | "confirmed" | "terminated";

/** What ended a dialog (§3.7.1). */
export type DialogEvent =
  | "cancelled"
  | "rejected"
  | "replaced"
  | "local-bye"
  | "remote-bye"
  | "error"
  | "timeout";

/** Tags are `local` as the observed user sees them. */
export interface DialogEntry {
  /**
   * The same from the INVITE to the end (§4.1.1). Masked watchers see it too: it is minted, or keyed-hashed, and never
   * made of the Call-ID in a way that can be undone or tried out.
   */
  readonly id: string;
  readonly callId?: string;
  readonly localTag?: string;
  readonly remoteTag?: string;
  readonly direction: "initiator" | "recipient";
  readonly state: DialogState;
  readonly event?: DialogEvent;
  /** The status of the response to the INVITE that made the state. */
  readonly code?: number;
  /** Since the INVITE. It differs each second: not for telling whether anything changed. */
  readonly duration?: Seconds;
  readonly replaces?: { readonly callId: string; readonly localTag: string; readonly remoteTag: string };
  readonly referredBy?: NamedUri;
  readonly local?: Participant;
  readonly remote?: Participant;
}

export interface NamedUri {
  readonly uri: string;
  readonly display?: string;
}

/** One end of a dialog (§4.1.6). */
export interface Participant {
  readonly identity?: NamedUri;
  readonly target?: {
    readonly uri: string;
    /** Of the Contact; values without quotes, angle brackets and escapes, "true" for none at all (§4.1.6.2). */
    readonly params?: readonly (readonly [name: string, value: string])[];
  };
}

/** A subscription to one dialog, or to all that came of one INVITE the user sent. */
export interface DialogFilter {
  readonly callId: string;
  readonly localTag: string;
  /** Undefined: whatever it is. */
  readonly remoteTag: string | undefined;
}

/**
 * Which dialogs the parameters of Event name (§3.2): undefined for all, or in a few words why they name none. Who is
 * shown masked documents should not be let in with a filter (§3.7.2): it would tell him whether a guess is right.
 */
export function readDialogFilter(eventParameters: Parameters): Result<DialogFilter | undefined, string> {
  const callId = parameter(eventParameters, "call-id");
  // To and From are those of a request from the subscriber: `to` is the user's own side.
  const localTag = parameter(eventParameters, "to-tag");
  const remoteTag = parameter(eventParameters, "from-tag");
  if (callId === undefined && localTag === undefined && remoteTag === undefined) return ok(undefined);
  if (!callId || !localTag) return err("a dialog without call-id and to-tag");
  if (remoteTag === null || remoteTag === "") return err("an empty from-tag");
  return ok({ callId, localTag, remoteTag });
}

/** Those of `dialogs` that a subscriber asked for. */
export const selectDialogs = (
  dialogs: readonly DialogEntry[],
  filter: DialogFilter | undefined,
): readonly DialogEntry[] =>
  filter === undefined
    ? dialogs
    : dialogs.filter(
        ({ callId, localTag, remoteTag }) =>
          callId === filter.callId &&
          localTag === filter.localTag &&
          (filter.remoteTag === undefined || remoteTag === filter.remoteTag),
      );

const DIALOG_INFO = "urn:ietf:params:xml:ns:dialog-info";
const dialogInfo = (name: string) => ({ namespace: DIALOG_INFO, name });

/** An `application/dialog-info+xml` document (§4). */
export function composeDialogInfo(info: DialogInfo, disclosure: Disclosure): string {
  const root = rootElement(dialogInfo("dialog-info"), {
    attributes: { version: info.version, state: "full", entity: info.entity },
  });
  for (const entry of info.dialogs) {
    if (disclosure === "full") appendDialog(root, entry);
    else appendMasked(root, entry);
  }
  return serializeXml(root);
}

function appendMasked(root: XmlElement, { id, state, event }: DialogEntry): void {
  const element = appendElement(root, dialogInfo("dialog"), { attributes: { id } });
  appendElement(element, dialogInfo("state"), { attributes: { event }, text: state });
}

/** In the order of the schema (§4.4). */
function appendDialog(root: XmlElement, entry: DialogEntry): void {
  const element = appendElement(root, dialogInfo("dialog"), {
    attributes: {
      id: entry.id,
      "call-id": entry.callId,
      "local-tag": entry.localTag,
      "remote-tag": entry.remoteTag,
      direction: entry.direction,
    },
  });
  const { state, event, code, duration, replaces, referredBy, local, remote } = entry;
  appendElement(element, dialogInfo("state"), { attributes: { event, code }, text: state });
  if (duration !== undefined) appendElement(element, dialogInfo("duration"), { text: String(duration) });
  if (replaces !== undefined) appendReplaces(element, replaces);
  if (referredBy !== undefined) appendNamedUri(element, "referred-by", referredBy);
  if (local !== undefined) appendParticipant(element, "local", local);
  if (remote !== undefined) appendParticipant(element, "remote", remote);
}

function appendReplaces(
  element: XmlElement,
  { callId, localTag, remoteTag }: NonNullable<DialogEntry["replaces"]>,
): void {
  appendElement(element, dialogInfo("replaces"), {
    attributes: { "call-id": callId, "local-tag": localTag, "remote-tag": remoteTag },
  });
}

function appendParticipant(
  element: XmlElement,
  name: "local" | "remote",
  { identity, target }: Participant,
): void {
  const participant = appendElement(element, dialogInfo(name));
  if (identity !== undefined) appendNamedUri(participant, "identity", identity);
  if (target === undefined) return;
  const attributes = { uri: target.uri };
  const written = appendElement(participant, dialogInfo("target"), { attributes });
  for (const [pname, pval] of target.params ?? []) {
    appendElement(written, dialogInfo("param"), { attributes: { pname, pval } });
  }
}

const appendNamedUri = (parent: XmlElement, name: string, { uri, display }: NamedUri): XmlElement =>
  appendElement(parent, dialogInfo(name), { attributes: { display }, text: uri });
