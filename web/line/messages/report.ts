// Reports of what became of a message (RFC 5438 §7.2): message/imdn+xml.

import { escapeXml, readXml, textOf } from "../read-xml";
import { readToken } from "./cpim";

const namespace = "urn:ietf:params:xml:ns:imdn";

export const reportType = "message/imdn+xml";

export interface Report {
  readonly messageId: string;
  readonly status: "delivered" | "displayed" | "failed";
}

/** Undefined for what is no report, or one of something else: processing, storage. */
export function readReport(body: string): Report | undefined {
  const root = readXml(body, namespace, "imdn");
  const messageId = root && readToken(textOf(root, namespace, "message-id"));
  if (root === undefined || messageId === undefined) return undefined;
  const status = (kind: string): string | undefined =>
    root
      .getElementsByTagNameNS(namespace, kind)[0]
      ?.getElementsByTagNameNS(namespace, "status")[0]
      ?.getElementsByTagNameNS(namespace, "*")[0]?.localName;
  const delivery = status("delivery-notification");
  if (delivery === "delivered" || delivery === "failed") return { messageId, status: delivery };
  return status("display-notification") === "displayed" ? { messageId, status: "displayed" } : undefined;
}

export interface ReportParts {
  readonly messageId: string;
  /** When the message was sent, as far as it is known. */
  readonly at: number;
  /** Who had it: the user's own address-of-record. */
  readonly recipient: string;
  readonly status: "delivered" | "displayed";
}

export function writeReport({ messageId, at, recipient, status }: ReportParts): string {
  const kind = status === "delivered" ? "delivery" : "display";
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<imdn xmlns="${namespace}">`,
    `<message-id>${escapeXml(messageId)}</message-id>`,
    `<datetime>${new Date(at).toISOString()}</datetime>`,
    `<recipient-uri>sip:${escapeXml(recipient)}</recipient-uri>`,
    `<${kind}-notification><status><${status}/></status></${kind}-notification>`,
    "</imdn>",
  ].join("");
}
