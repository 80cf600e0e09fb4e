// The busy lamp, of a dialog-info document (RFC 4235 §4): whether somebody is in a call, and no more than that.

import { readXml } from "../read-xml";

const namespace = "urn:ietf:params:xml:ns:dialog-info";

export const dialogInfoType = "application/dialog-info+xml";

export type Lamp = "idle" | "ringing" | "busy";

/** Undefined for what is no such document. The gateway always tells the full state. */
export function readLamp(body: string): Lamp | undefined {
  const root = readXml(body, namespace, "dialog-info");
  if (root === undefined) return undefined;
  let lamp: Lamp = "idle";
  for (const dialog of root.getElementsByTagNameNS(namespace, "dialog")) {
    const state = dialog.getElementsByTagNameNS(namespace, "state")[0]?.textContent?.trim();
    // Who calls somebody is busy from the first moment; whom somebody calls is not until he answers.
    const isCalling = dialog.getAttribute("direction") === "initiator";
    if (state === "confirmed") return "busy";
    if (state === "trying" || state === "proceeding" || state === "early") {
      if (isCalling) return "busy";
      lamp = "ringing";
    }
  }
  return lamp;
}
