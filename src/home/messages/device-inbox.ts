// Where a new device stands in the log (design "A device new to us starts at the first message that no device took").

import { type InboxCursor, startCursor } from "../../messaging/inbox";
import type { Turn } from "../turn";

export function inboxOfNewDevice(turn: Turn): InboxCursor {
  const { lastOwed, firstUntaken } = turn.state.log;
  return startCursor({ lastSeq: lastOwed, firstUntaken });
}
