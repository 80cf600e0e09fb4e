// SIP as literal text in a test: written with the line breaks of the source, compared with what is random masked.

import type { Frame } from "../../../src/sip/frame";

/**
 * A message: lines end in CRLF, the indentation of the source is no part of it, and an empty line ends the head.
 * A body stands as it is written, its line breaks as CRLF too.
 */
export function sip(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const whole = strings.reduce((text, part, index) => `${text}${part}${values[index] ?? ""}`, "");
  const lines = whole.replace(/^\n/, "").split("\n");
  const written = lines.map((line) => line.replace(/^ +/, "").replace(/\r$/, ""));
  if (written.at(-1) === "") written.pop();
  const text = written.join("\r\n");
  return text.includes("\r\n\r\n") ? text : `${text}\r\n\r\n`;
}

/** A frame with what no test can know in its place: tags and branches, nonces, sealed and derived tokens. */
export function masked(frame: Frame | undefined): string {
  if (frame === undefined) return "nothing";
  const text = typeof frame === "string" ? frame : new TextDecoder("latin1").decode(frame);
  return text
    .replace(/token\d{19}/g, "TOKEN")
    .replace(/nonce="[^"]*"/g, 'nonce="NONCE"')
    .replace(/sip:tgruu\.[\w-]+@/g, "sip:tgruu.SEALED@")
    .replace(/<sip:[\w-]{40,}@/g, "<sip:SEALED@")
    .replace(/Call-ID: [0-9a-f]{24}@/g, "Call-ID: DERIVED@");
}

/** The status of a response frame; 0 for a request or for nothing. */
export function statusOf(frame: Frame | undefined): number {
  return Number(/^SIP\/2\.0 (\d{3}) /.exec(textOf(frame))?.[1] ?? 0);
}

/** The values of a header field, as they stand on its lines. */
export function headersOf(frame: Frame | undefined, name: string): readonly string[] {
  const head = textOf(frame).split("\r\n\r\n", 1)[0] ?? "";
  const prefix = `${name.toLowerCase()}:`;
  const lines = head.split("\r\n").filter((line) => line.toLowerCase().startsWith(prefix));
  return lines.map((line) => line.slice(prefix.length).trim());
}

export const headerOf = (frame: Frame | undefined, name: string): string => headersOf(frame, name)[0] ?? "";

export function bodyOf(frame: Frame | undefined): string {
  const text = textOf(frame);
  return text.slice(text.indexOf("\r\n\r\n") + 4);
}

export const textOf = (frame: Frame | undefined): string =>
  typeof frame === "string" ? frame : frame === undefined ? "" : new TextDecoder("latin1").decode(frame);

/** The response of a client to a request that came to it. */
export function responseFor(request: Frame, status: number, lines: readonly string[] = []): string {
  const vias = headersOf(request, "Via").map((value) => `Via: ${value}`);
  const to = headerOf(request, "To");
  return [
    `SIP/2.0 ${status} ${status < 300 ? "OK" : "No"}`,
    ...vias,
    `From: ${headerOf(request, "From")}`,
    `To: ${to.includes(";tag=") ? to : `${to};tag=uas`}`,
    `Call-ID: ${headerOf(request, "Call-ID")}`,
    `CSeq: ${headerOf(request, "CSeq")}`,
    ...lines,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}
