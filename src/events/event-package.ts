// What RFC 6665 §5.4 asks an event package to lay down, as data: one such record for each package, in packages/.

import type { Seconds } from "../base/brand";

export interface EventPackage {
  /** The event type as registered, templates included: `presence`, `presence.winfo`. Compared byte by byte (§8.2.1). */
  readonly name: string;
  /** The types a NOTIFY body can have, in lower case. The first is meant when a SUBSCRIBE has no Accept (§3.1.3). */
  readonly contentTypes: readonly [string, ...string[]];
  /** The duration when a SUBSCRIBE names none (§3.1.1, §5.4.4). */
  readonly defaultExpires: Seconds;
  /** The shortest duration served; a shorter one is refused with 423, if the RFC lets us (§4.2.1.1). */
  readonly minExpires: Seconds;
  /** The longest duration granted; a longer one is shortened to it. */
  readonly maxExpires: Seconds;
  /** Who may watch at all: those the user's rules admit, or the user alone. */
  readonly audience: "rules" | "owner";
}
