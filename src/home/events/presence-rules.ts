// Who may watch what of the user (RFC 6665 §4.2.1.3, RFC 5025): the owner alone for what is his own business, for his
// presence and his dialogs whom his rules admit, and the realm's word on those of whom they do not speak.

import type { EventPackage } from "../../events/event-package";
import type { Disclosure } from "../../events/packages/dialog";
import type { Subscription } from "../../events/subscription";
import { eventPackage } from "../../events/supported-packages";
import type { Verdict } from "../../events/verdict";
import { verdictOf, type WatcherVerdict } from "../../presence/authorize";
import { NO_PERMISSIONS, type Permissions } from "../../presence/permissions";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import { accountOf } from "../tenancy";
import type { Turn } from "../turn";
import { circumstancesOf, rulesOf } from "./user-rules";

/** Whoever subscribes, as far as he is known. */
export type Asker = Pick<Subscription, "watcher" | "anonymous">;

/** Who is no user of a home has no address; those of homes are in their canonical form. */
export const addressOfWatcher = (watcher: string): AddressOfRecord | undefined =>
  watcher.includes("@") ? (watcher as AddressOfRecord) : undefined;

/** What the user's rules say of a watcher now. */
export function judge(turn: Turn, asker: Asker, { audience }: EventPackage): Verdict {
  if (audience === "owner") return asker.watcher === turn.state.aor ? "allow" : "reject";
  return verdictOn(turn, asker).kind;
}

/** As `judge`, of a subscription that is there. */
export function judgeSubscription(turn: Turn, subscription: Subscription): Verdict {
  const served = eventPackage(subscription.event);
  return served === undefined ? "reject" : judge(turn, subscription, served);
}

/** What a watcher may see: everything when undefined, nothing when he is not admitted. */
export function permissionsOf(turn: Turn, asker: Asker): Permissions | undefined {
  const verdict = verdictOn(turn, asker);
  return verdict.kind === "allow" ? verdict.permissions : NO_PERMISSIONS;
}

/** Names whom the user talks to, in the terms of RFC 5025 §3.3.2.14: an element that the RFC does not know. */
const dialogs = { namespace: "urn:ietf:params:xml:ns:dialog-info", name: "dialog" };

/** Who the user talks to is shown to himself, and to whom a rule of his shows it (RFC 4235 §3.6). */
export function dialogDisclosure(turn: Turn, asker: Asker): Disclosure {
  if (asker.watcher === turn.state.aor) return "full";
  const permissions = permissionsOf(turn, asker);
  if (permissions === undefined) return "masked";
  const isNamed = permissions.unknownAttributes.some(
    ({ namespace, name }) => namespace === dialogs.namespace && name === dialogs.name,
  );
  return isNamed ? "full" : "masked";
}

function verdictOn(turn: Turn, { watcher, anonymous }: Asker): WatcherVerdict {
  const { otherwise, blockedSee, anonymous: anonymousWatchers } = turn.ports.settings.events.watchers;
  const aor = addressOfWatcher(watcher);
  const blocked = accountOf(turn)?.blocked ?? [];
  // Whom the user has blocked is blocked by whatever name he comes; his home has told who he is.
  if (aor !== undefined && blocked.includes(aor)) return { kind: blockedSee };
  const known = aor === undefined ? ({ kind: "foreign" } as const) : ({ kind: "user", aor } as const);
  return verdictOf(
    anonymous === true && aor !== turn.state.aor ? { kind: "anonymous" } : known,
    { presentity: turn.state.aor, blocked, blockedSee, rules: rulesOf(turn), otherwise, anonymousWatchers },
    circumstancesOf(turn),
  );
}
