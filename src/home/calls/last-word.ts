// What a home says within a dialog for a page that is gone (design "When a device is away in a call"): as the page
// would, by the same route less the token that names the page.

import type { Dialog } from "../../dialog/dialog";
import { type DialogRow, dialogOf } from "../../dialog/dialog-table";
import { cseqGap, lastWord } from "../../dialog/end-dialog";
import { largestCSeq, type RequestWithin } from "../../dialog/within-dialog";
import { readRoute } from "../../flow/route-token";
import { buildRequest, type HeaderLine } from "../../sip/build";
import { parseRoutes } from "../../sip/headers/route";
import { sendUnawaited } from "../forward";
import { entityOf } from "../tenancy";
import { log, newBranch, realmOf, type Turn } from "../turn";
import { endInvite } from "./call-dialogs";

/** Sends a request within that dialog; nobody waits for its answer. */
export function speakWithin(
  turn: Turn,
  row: DialogRow,
  compose: (dialog: Dialog) => RequestWithin | undefined,
  more: readonly HeaderLine[] = [],
): void {
  const request = requestText(turn, row, { more }, compose);
  if (request !== undefined && row.remoteAor !== undefined)
    sendUnawaited(turn, row.remoteAor, request.branch, request.text);
}

/** A request within that dialog, as its page would send it, and the branch of its Via; undefined where there is none to send. */
export function requestText(
  turn: Turn,
  row: DialogRow,
  { maxForwards = 70, more = [] }: { readonly maxForwards?: number; readonly more?: readonly HeaderLine[] },
  compose: (dialog: Dialog) => RequestWithin | undefined,
): { readonly branch: string; readonly text: string } | undefined {
  const dialog = dialogOf(row);
  const request = dialog === undefined ? undefined : compose(dialog);
  if (request === undefined) return undefined;
  const branch = newBranch(turn);
  const text = buildRequest(request.method, request.requestUri, [
    ["Via", `SIP/2.0/WSS ${realmOf(turn)};branch=${branch}`],
    ["Max-Forwards", `${maxForwards}`],
    ...request.lines.filter(([name, value]) => name !== "Route" || !namesPage(turn, value, row.page)),
    ...more,
  ]);
  return { branch, text };
}

/** RFC 3261 §15.1.1: the BYE of a page that cannot say it. */
export function sayBye(turn: Turn, row: DialogRow, reason: string): void {
  log(turn, "call ended for its page", { dialog: row.id, why: reason });
  speakWithin(turn, row, () => lastWord(row)?.request, [["Reason", reason]]);
  endInvite(turn, row);
}

/** The BYE that a page which was given up is owed, as the other side would have said it; undefined where that is unknown. */
export function farewellTo(row: DialogRow, reason: string): string | undefined {
  const dialog = dialogOf(row);
  if (dialog === undefined) return undefined;
  const { localUri, remoteUri, remoteCSeq = 0 } = dialog;
  const cseq = Math.min(remoteCSeq + cseqGap, largestCSeq);
  return byeTo(row, { localUri, remoteUri, cseq }, [["Reason", reason]]);
}

/** The other side's BYE in a dialog that has ended, and of which its names alone are known: hence a CSeq above all others. */
export function byeOnceMore(turn: Turn, row: DialogRow, remoteUri: string): string {
  return byeTo(row, { localUri: entityOf(turn), remoteUri, cseq: largestCSeq });
}

function byeTo(
  { page, callId, localTag = "", remoteTag = "" }: DialogRow,
  { localUri, remoteUri, cseq }: Pick<Dialog, "localUri" | "remoteUri"> & { readonly cseq: number },
  more: readonly HeaderLine[] = [],
): string {
  return buildRequest("BYE", page, [
    ["Max-Forwards", "70"],
    ["From", `<${remoteUri}>;tag=${remoteTag}`],
    ["To", `<${localUri}>;tag=${localTag}`],
    ["Call-ID", callId],
    ["CSeq", `${cseq} BYE`],
    ...more,
  ]);
}

function namesPage(turn: Turn, value: string, page: string): boolean {
  const routes = parseRoutes([value]);
  const uri = routes.ok ? routes.value[0]?.nameAddr.uri : undefined;
  const target = uri === undefined ? undefined : readRoute(turn.ports.keyring.seal("route"), uri);
  return target?.aor === turn.state.aor && target.page === page;
}
