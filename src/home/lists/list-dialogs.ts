// The dialogs of a list's virtual subscriptions (RFC 4662 §4.6): what this home says in them, and whose each is.

import { eventPackage } from "../../events/supported-packages";
import { nextHopOf } from "../../proxy/next-hop";
import { buildRequest, type HeaderLine } from "../../sip/build";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import { sendUnawaited } from "../forward";
import type { BackEndDialog } from "../state";
import { entityOf } from "../tenancy";
import { newBranch, realmOf, type Turn } from "../turn";

export const packageOf = ({ state }: Turn, list: string) =>
  eventPackage(state.subscriptions.get(list)?.event ?? "");

export function homeOfEntry({ ports }: Turn, uri: string): AddressOfRecord | undefined {
  const hop = nextHopOf(uri, ports.settings.realms, (purpose) => ports.keyring.seal(purpose));
  return hop.kind === "user" ? hop.aor : undefined;
}

/** RFC 3323 §4.1.1.3: who does not say who he is says it to the entries of his list neither. */
const entityInList = (turn: Turn, list: string): string =>
  turn.state.subscriptions.get(list)?.anonymous === true ? "sip:anonymous@anonymous.invalid" : entityOf(turn);

/** A SUBSCRIBE in that dialog, or the one that begins it. */
export function subscribeText(
  turn: Turn,
  list: string,
  uri: string,
  { callId, localTag, remoteTag, remoteTarget, localCSeq }: BackEndDialog,
  expires: number,
): { readonly branch: string; readonly text: string } {
  const branch = newBranch(turn);
  const entity = entityInList(turn, list);
  const served = packageOf(turn, list);
  const lines: readonly HeaderLine[] = [
    ["Via", `SIP/2.0/WSS ${realmOf(turn)};branch=${branch}`],
    ["Max-Forwards", "70"],
    ["From", `<${entity}>;tag=${localTag}`],
    ["To", remoteTag === undefined ? `<${uri}>` : `<${uri}>;tag=${remoteTag}`],
    ["Call-ID", callId],
    ["CSeq", `${localCSeq} SUBSCRIBE`],
    ["Contact", `<${entity}>`],
    ["Event", served?.name ?? ""],
    // Whole documents only (RFC 4662 §7.3): a list that is on a list is refused with 421.
    ["Accept", served?.contentTypes.join(", ") ?? ""],
    ["Expires", String(expires)],
  ];
  return { branch, text: buildRequest("SUBSCRIBE", remoteTarget ?? uri, lines) };
}

/**
 * By the clock (RFC 3261 §8.1.1.5), so that it rises through the loss of a memory: a refresh is no row, and one whose CSeq
 * fell would be refused until the subscription is over.
 */
export const nextCSeq = ({ now }: Pick<Turn, "now">, last: number): number =>
  Math.max(last + 1, Math.floor(now / 2_000));

export function keepBackEnd(turn: Turn, list: string, uri: string, dialog: BackEndDialog): void {
  turn.state.lists.get(list)?.dialogs.set(uri, dialog);
  turn.state.backEnds.set(dialog.callId, { list, uri });
}

/** The virtual subscription is no more. */
export function forgetBackEnd(turn: Turn, list: string, uri: string): void {
  const dialogs = turn.state.lists.get(list)?.dialogs;
  const dialog = dialogs?.get(uri);
  if (dialog === undefined) return;
  dialogs?.delete(uri);
  turn.state.backEnds.delete(dialog.callId);
}

/** The entry is left: its notifier is told, and whether it hears of it is no matter, since its next NOTIFY is 481. */
export function leaveBackEnd(turn: Turn, list: string, uri: string): void {
  const dialog = turn.state.lists.get(list)?.dialogs.get(uri);
  const to = homeOfEntry(turn, uri);
  if (dialog?.remoteTag !== undefined && to !== undefined) {
    const last = { ...dialog, localCSeq: nextCSeq(turn, dialog.localCSeq) };
    const { branch, text } = subscribeText(turn, list, uri, last, 0);
    sendUnawaited(turn, to, branch, text);
  }
  forgetBackEnd(turn, list, uri);
}
