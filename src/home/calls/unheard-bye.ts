// A BYE that was sent to its page and that the page has not answered. Memory that is lost takes with it who waits for the
// answer, and a killed process or a deployment the socket, too: whether the page has read it nobody knows then, and for the
// other side the call is over, so that nobody would say it again.
//
// Hence the row of the dialog, which is written at its end anyway, says on which socket it went. A page that comes back on
// another one is told once more, as long as the row is known. That it was answered is noted in memory alone, for a row is
// money: a page that is told twice answers 481.

import type { DialogRow } from "../../dialog/dialog-table";
import { headerValue, type SipRequest, type SipResponse } from "../../sip/message";
import { parseMessage } from "../../sip/parser";
import { applyDialogs } from "../dialog-rows";
import { isPageOf } from "../page";
import type { Socket } from "../state";
import { sendToPage } from "../to-page";
import type { Turn } from "../turn";
import { farewellTo } from "./last-word";

/** Of the Reason that is repeated. */
const longestReason = 256;

/** A BYE has been sent to its page on that socket; `before` is its dialog as it was. */
export function byeSent(turn: Turn, before: DialogRow, request: SipRequest, socket: Socket): void {
  const row = turn.state.dialogs.get(before.id);
  if (row?.call === undefined || before.state === "ended") return;
  const bye = farewellTo(before, headerValue(request, "reason")?.slice(0, longestReason));
  if (bye === undefined) return;
  applyDialogs(turn, [{ kind: "putDialog", row: { ...row, unheard: { socket: socket.id, bye } } }]);
}

/** The page has answered the BYE of that dialog. */
export function byeHeard(turn: Turn, { id }: DialogRow): void {
  const row = turn.state.dialogs.get(id);
  if (row?.unheard === undefined) return;
  const { unheard: _, ...heard } = row;
  turn.state.dialogs.put(heard);
}

/** The same by an answer of which nobody knows any more what it was to. */
export function byeHeardOn(turn: Turn, socket: Socket, response: SipResponse): void {
  for (const row of turn.state.dialogs.ofCallId(headerValue(response, "call-id") ?? ""))
    if (isPageOf(socket, row.page)) byeHeard(turn, row);
}

/** The page is on that socket: what it may not have read on one before is said again. */
export function sayByesAgain(turn: Turn, page: string, socket: Socket): void {
  const waiting = new Set([...turn.state.parked.values()].map(({ dialog }) => dialog));
  for (const row of [...turn.state.dialogs.ended(page)]) {
    const { unheard } = row;
    if (unheard === undefined || unheard.socket === socket.id || waiting.has(row.id)) continue;
    turn.state.dialogs.put({ ...row, unheard: { ...unheard, socket: socket.id } });
    const read = parseMessage(unheard.bye);
    if (read.ok && read.value.kind === "request") sendToPage(turn, socket.id, page, read.value);
  }
}
