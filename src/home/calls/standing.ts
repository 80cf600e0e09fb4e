// Whether a call still stands for its other side: its BYE may have died on its way between the two homes, and nobody
// would say it again. A home that was killed asks for each call that stands by its own rows. It asks once: where the page had been away
// before, a kill cannot be told from sleep, and two homes that ask whenever they wake would wake each other for ever.
//
// It asks within the dialog, with Max-Forwards 0, so that no page is asked: the other home answers 483 for a dialog that it
// knows and 481 for one that it does not, as one of any version does. Only that 481 ends a call; without an answer it goes
// on, until its page stays away for too long or somebody hangs up.

import type { DialogRow } from "../../dialog/dialog-table";
import { cseqGap } from "../../dialog/end-dialog";
import { largestCSeq, requestWithin } from "../../dialog/within-dialog";
import { parseMessage } from "../../sip/parser";
import { sendOwn } from "../forward";
import { socketOfPage } from "../page";
import { sendToPage } from "../to-page";
import { log, type Turn } from "../turn";
import { oweBye } from "./absent-page";
import { endInvite, isTalked } from "./call-dialogs";
import { farewellTo, requestText } from "./last-word";

/** Why a home hangs up on its own page (RFC 3326). */
const isOverThere = 'SIP;cause=481;text="Call is over"';

/** This home was killed: `wasThere` says of a device whether it was there by its row. */
export function askWhatStands(turn: Turn, wasThere: (device: string) => boolean): void {
  for (const row of turn.state.dialogs.standing()) if (isTalked(row) && wasThere(row.device)) ask(turn, row);
}

function ask(turn: Turn, row: DialogRow): void {
  const { remoteAor, id } = row;
  const composed = requestText(turn, row, { maxForwards: 0 }, (dialog) => {
    const { localCSeq: last = 0 } = dialog;
    const cseq = Math.min(last + cseqGap, largestCSeq);
    return cseq > last ? requestWithin(dialog, "OPTIONS", cseq)?.request : undefined;
  });
  if (composed === undefined || remoteAor === undefined) return;
  sendOwn(turn, remoteAor, { kind: "standing", dialog: id }, composed.branch, composed.text);
}

/** The other home has answered. */
export function standsThere(turn: Turn, id: string, status: number): void {
  const row = turn.state.dialogs.get(id);
  if (status !== 481 || row === undefined || !isTalked(row)) return;
  log(turn, "call ended for its page", { dialog: id, why: isOverThere });
  const bye = farewellTo(row, isOverThere);
  if (bye !== undefined && oweBye(turn, row, bye)) sayToPage(turn, row.page, bye);
  endInvite(turn, turn.state.dialogs.get(id) ?? row);
}

/** A page that is back already; it is owed until it has answered. */
function sayToPage(turn: Turn, page: string, text: string): void {
  const socket = socketOfPage(turn, page);
  const request = parseMessage(text);
  if (socket === undefined || !request.ok || request.value.kind !== "request") return;
  sendToPage(turn, socket.id, page, request.value);
}
