// The presence that a user has put by XCAP and that needs no device to be refreshed (RFC 4827): one document.

import type { HomeState, XcapDocument } from "../state";
import { xcapKey } from "../xcap/xcap-key";

/** The application usage of RFC 4827 §4. */
export const PIDF_MANIPULATION_USAGE = "pidf-manipulation";

/** RFC 4827 §9: called index. */
export const hardStateOf = ({ xcap }: HomeState): XcapDocument | undefined =>
  xcap.get(xcapKey(PIDF_MANIPULATION_USAGE, "index"));
