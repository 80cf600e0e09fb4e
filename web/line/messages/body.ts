// What a MESSAGE says, by its type: text, a report on another message, or that somebody is writing.
//
// Text is sent as text/plain, to whomever: a stock client shows whatever comes, and of several devices of one user some
// may be stock. What RFC 5438 puts into CPIM stands in a header then, which such a client does not look at:
//
//   Durasip-Disposition: <message-id>;positive-delivery;display
//
// The header also says that its sender understands CPIM, reports and composing. Who writes CPIM himself gets CPIM.

import { type ComposingState, composingType, readComposing } from "./composing-document";
import { type Disposition, readCpim, readToken, writeCpim } from "./cpim";
import { type Report, readReport, reportType } from "./report";

export const dispositionHeader = "Durasip-Disposition";
export const cpimType = "message/cpim";
const plainType = "text/plain;charset=utf-8";

export interface Written {
  readonly contentType: string;
  readonly body: string;
  /** The value of the header; undefined where there is none. */
  readonly disposition: string | undefined;
}

export interface Text {
  readonly kind: "text";
  readonly text: string;
  readonly messageId: string | undefined;
  /** What the sender wants to hear of. */
  readonly wants: readonly Disposition[];
  /** When it was written, by its own word. */
  readonly at: number | undefined;
  /** How the sender writes; undefined for one of whom nothing is known but that he sends text. */
  readonly speaks: "cpim" | "header" | undefined;
}

export type Content =
  | Text
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "composing"; readonly state: ComposingState };

/** Undefined for what has nothing to show. */
export function readBody({ contentType, body, disposition }: Written): Content | undefined {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase();
  if (type === "text/plain") {
    const { messageId, wants } = readDisposition(disposition);
    const speaks = messageId === undefined ? undefined : "header";
    return { kind: "text", text: body, messageId, wants, at: undefined, speaks };
  }
  if (type !== cpimType) return readNotice(type, body);
  const message = readCpim(body);
  if (message === undefined) return undefined;
  if (message.contentType !== "text/plain") return readNotice(message.contentType, message.content);
  const { content: text, messageId, at } = message;
  return { kind: "text", text, messageId, at, wants: message.wants.filter(isWanted), speaks: "cpim" };
}

function readNotice(type: string | undefined, body: string): Content | undefined {
  if (type === reportType) {
    const report = readReport(body);
    return report && { kind: "report", report };
  }
  const state = type === composingType ? readComposing(body) : undefined;
  return state && { kind: "composing", state };
}

/** The wishes that are granted here. */
const isWanted = (word: string): word is Disposition => word === "positive-delivery" || word === "display";

function readDisposition(value: string | undefined): Pick<Text, "messageId" | "wants"> {
  const [id, ...words] = (value ?? "").slice(0, 512).split(";");
  const messageId = readToken(id?.trim());
  if (messageId === undefined) return { messageId, wants: [] };
  return { messageId, wants: words.map((word) => word.trim()).filter(isWanted) };
}

export interface TextParts {
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly messageId: string;
  readonly text: string;
}

const wishes: readonly Disposition[] = ["positive-delivery", "display"];

export function writeText(parts: TextParts, speaks: Text["speaks"]): Written {
  const { text, messageId } = parts;
  if (speaks !== "cpim") {
    return { contentType: plainType, body: text, disposition: [messageId, ...wishes].join(";") };
  }
  const body = writeCpim({ ...parts, wants: wishes, contentType: plainType, content: text });
  return { contentType: cpimType, body, disposition: undefined };
}
