// The presence event package (RFC 3856 §6).

import { seconds } from "../../base/brand";
import type { EventPackage } from "../event-package";

export const presence: EventPackage = {
  name: "presence",
  // RFC 3856 §6.5: what an Accept must include, and what no Accept stands for.
  contentTypes: ["application/pidf+xml"],
  // RFC 3856 §6.4
  defaultExpires: seconds(3600),
  minExpires: seconds(60),
  maxExpires: seconds(3600),
  audience: "rules",
};
