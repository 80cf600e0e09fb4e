// How many messages wait for a user, by class (RFC 3842 §3.5): what an administrator puts, and what is told.

export type MessageCounts = { readonly [Class in MessageClass]?: MessageCount };

/** The message-context-classes (RFC 3458 §6.2, RFC 3938), without the `-message` at the end of all but `none`. */
export type MessageClass = "voice" | "video" | "fax" | "pager" | "multimedia" | "text" | "none";

/** Whole numbers, the urgent ones among the others; more than 2^32-1 counts as that (§3.5). */
export interface MessageCount {
  readonly new: number;
  readonly old: number;
  readonly urgentNew?: number;
  readonly urgentOld?: number;
}
