// Frames in rows: text as it stands, octets in base64.

import { type Frame, frameOfText } from "../sip/frame";
import type { SipMessage } from "../sip/message";

export type FrameJson = string | { readonly octets: string };

export function toFrameJson(frame: Frame): FrameJson {
  if (typeof frame === "string") return frame;
  return { octets: btoa(Array.from(frame, (octet) => String.fromCharCode(octet)).join("")) };
}

export const fromFrameJson = (json: FrameJson): Frame =>
  typeof json === "string" ? json : Uint8Array.from(atob(json.octets), (octet) => octet.charCodeAt(0));

/** A message as it came. */
export const frameOf = (message: SipMessage): Frame =>
  frameOfText(message.text, message.octets, message.bodyStart);

/** A message without its body: enough to answer it. */
export const headOf = (message: SipMessage): string => message.text.slice(0, message.bodyStart);
