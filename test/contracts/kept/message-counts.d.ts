export type MessageCounts = {
  readonly [Class in MessageClass]?: MessageCount;
};
export type MessageClass = "voice" | "video" | "fax" | "pager" | "multimedia" | "text" | "none";
export interface MessageCount {
  readonly new: number;
  readonly old: number;
  readonly urgentNew?: number;
  readonly urgentOld?: number;
}
