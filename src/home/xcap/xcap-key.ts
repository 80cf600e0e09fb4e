// How an XCAP document is named among those of its owner. An application usage's name has no space in it.

import type { XcapDocument } from "../state";

export const xcapKey = (auid: string, name: string): string => `${auid} ${name}`;

/** Always in the same order, whatever was put first or read first: what is made of them is compared. */
export const inOrder = (xcap: ReadonlyMap<string, XcapDocument>): readonly XcapDocument[] =>
  [...xcap].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, document]) => document);
