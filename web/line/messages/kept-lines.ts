// What was said with whom, as it is kept over a reload: for this tab, since the gateway hands a message to a device once.

import { type Kept, kept, members } from "../../kept";
import type { Mark, Said } from "../contract";
import type { Text } from "./body";

/** A line, and what of it is not for the views. */
export interface KeptLine extends Said {
  /** RFC 5438's Message-ID of a received line that wants reports. */
  readonly messageId?: string | undefined;
  /** The report that is still owed for a received line. */
  readonly owes?: "display" | undefined;
  readonly isUnread?: boolean | undefined;
}

export interface KeptConversation {
  readonly peer: string;
  readonly lines: readonly KeptLine[];
  /** How the other side was heard to speak. */
  readonly speaks: Text["speaks"];
}

/** Lines kept for each person. */
export const longest = 500;

export const keptConversations = (aor: string): Kept<readonly KeptConversation[]> =>
  kept(`talk.${aor}`, readConversations);

function readConversations(value: unknown): readonly KeptConversation[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((each): readonly KeptConversation[] => {
    const { peer, lines, speaks } = members(each) ?? {};
    if (typeof peer !== "string" || !Array.isArray(lines)) return [];
    const known = speaks === "cpim" || speaks === "header" ? speaks : undefined;
    return [{ peer, lines: lines.flatMap(readLine), speaks: known }];
  });
}

function readLine(value: unknown): readonly KeptLine[] {
  const { id, text, at, mark, messageId, owes, isUnread } = members(value) ?? {};
  if (typeof id !== "string" || typeof text !== "string" || typeof at !== "number") return [];
  return [
    {
      id,
      text,
      at,
      mark: mark === undefined ? undefined : readMark(mark),
      messageId: typeof messageId === "string" ? messageId : undefined,
      owes: owes === "display" ? owes : undefined,
      isUnread: isUnread === true,
    },
  ];
}

/** What was under way when the page was left: nobody heard the answer. */
function readMark(value: unknown): Mark {
  const { kind, status, reason } = members(value) ?? {};
  if (kind === "delivered" || kind === "stored" || kind === "displayed") return { kind };
  if (kind === "refused" && typeof status === "number" && typeof reason === "string") {
    return { kind, status, reason };
  }
  return { kind: "unknown" };
}
