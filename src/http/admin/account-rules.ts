// What a change of an account must hold to beyond its shape: it is about this name, and its aliases are ours to give.

import type { AccountChange } from "../../contracts/administration";
import type { Settings } from "../../contracts/settings";
import { type AddressOfRecord, parseAddressOfRecord } from "../../sip/uri/address-of-record";
import type { RequestFault } from "../problem";
import { servesRealm } from "../upgrade/route-upgrade";
import { spellingIn } from "./address-parameter";

/** What is wrong with a change to the account of `aor`; empty when nothing is. */
export function faultsOfChange(
  aor: AddressOfRecord,
  change: AccountChange,
  settings: Settings,
): readonly RequestFault[] {
  const faults: RequestFault[] = [];
  const { spelling, aliases = [] } = change;
  if (spelling !== undefined && spellingIn(spelling, aor) !== spelling) {
    faults.push({ where: "#/spelling", detail: "is not the same address in other case" });
  }
  aliases.forEach((alias, index) => {
    if (alias === aor) faults.push({ where: `#/aliases/${index}`, detail: "is the account itself" });
    else if (!servesRealm(alias, settings)) {
      faults.push({ where: `#/aliases/${index}`, detail: "is of a realm not served here" });
    }
  });
  return [...faults, ...faultsOfTargets(aor, change)];
}

/** A call that comes back to who sent it on goes nowhere. */
export function faultsOfTargets(
  aor: AddressOfRecord,
  { rules, group }: Pick<AccountChange, "rules" | "group">,
): readonly RequestFault[] {
  const { always, busy, noAnswer } = rules?.forward ?? {};
  const targets: readonly (readonly [where: string, uri: string | undefined])[] = [
    ["#/rules/forward/always", always],
    ["#/rules/forward/busy", busy],
    ["#/rules/forward/noAnswer/to", noAnswer?.to],
    ...(group?.members ?? []).map((uri, index) => [`#/group/members/${index}`, uri] as const),
  ];
  const own = targets.filter(([, uri]) => uri !== undefined && parseAddressOfRecord(uri) === aor);
  const twice = (group?.members ?? []).flatMap((uri, index, all) =>
    all.indexOf(uri) < index ? [{ where: `#/group/members/${index}`, detail: "is a member already" }] : [],
  );
  return [...own.map(([where]) => ({ where, detail: "is the account itself" })), ...twice];
}
