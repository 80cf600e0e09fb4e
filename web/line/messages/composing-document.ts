// That somebody is writing (RFC 3994 §6): application/im-iscomposing+xml.

import { readXml, textOf } from "../read-xml";

const namespace = "urn:ietf:params:xml:ns:im-iscomposing";

export const composingType = "application/im-iscomposing+xml";

export interface ComposingState {
  readonly isActive: boolean;
  /** Seconds until the sender says so again (§3.2). */
  readonly refresh: number | undefined;
}

const longestRefresh = 3600;

/** Undefined for what is no such document. */
export function readComposing(body: string): ComposingState | undefined {
  const root = readXml(body, namespace, "isComposing");
  if (root === undefined) return undefined;
  const refresh = textOf(root, namespace, "refresh");
  return {
    // §3.1: what is not known is idle.
    isActive: textOf(root, namespace, "state") === "active",
    refresh: /^\d{1,9}$/.test(refresh ?? "") ? Math.min(Number(refresh), longestRefresh) : undefined,
  };
}

export function writeComposing({ isActive, refresh }: ComposingState): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<isComposing xmlns="${namespace}">`,
    `<state>${isActive ? "active" : "idle"}</state>`,
    "<contenttype>text/plain</contenttype>",
    ...(refresh === undefined ? [] : [`<refresh>${refresh}</refresh>`]),
    "</isComposing>",
  ].join("");
}
