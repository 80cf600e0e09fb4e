// The user's word on one watcher, as a rule of his in the presence rules that XCAP clients keep too (RFC 5025 §9): what one
// program decides the other sees, and who watches already is judged anew at once.

import { ok, type Result } from "../../base/result";
import { presence } from "../../events/packages/presence";
import type { Verdict } from "../../events/verdict";
import { decideWatcher, decisionsOf, type WatcherDecision } from "../../presence/decide-watcher";
import type { SubHandling } from "../../presence/permissions";
import type { RulesetError } from "../../presence/ruleset";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import { DEFAULT_XCAP_LIMITS } from "../../xcap/serve-xcap";
import { presRules } from "../../xcap/usages/pres-rules";
import { log, type Turn } from "../turn";
import { putXcapDocument } from "../xcap/xcap-documents";
import { xcapKey } from "../xcap/xcap-key";
import { judge } from "./presence-rules";
import { PRES_RULES_USAGE, rulesOf } from "./user-rules";

/** RFC 5025 §9.7 */
const name = "index";

/**
 * Decides on a watcher, or with `undefined` takes the word back. What holds for him now: other rules of the user's, and the
 * blocked list of the account, may say less or more.
 */
export function decide(
  turn: Turn,
  watcher: AddressOfRecord,
  decision: SubHandling | undefined,
): Result<Verdict, RulesetError> {
  const before = turn.state.xcap.get(xcapKey(PRES_RULES_USAGE, name));
  const isNothingToTakeBack = before === undefined && decision === undefined;
  if (!isNothingToTakeBack) {
    const text = decideWatcher(before?.text, watcher, decision, DEFAULT_XCAP_LIMITS.document);
    if (!text.ok) return text;
    if (text.value !== before?.text) {
      const etag = turn.ports.entropy.token();
      const { contentType } = presRules;
      putXcapDocument(turn, { auid: PRES_RULES_USAGE, name, etag, text: text.value, contentType });
      log(turn, "watcher decided", { watcher, decision: decision ?? "none" });
    }
  }
  return ok(judge(turn, { watcher }, presence));
}

/** What the user has said of single watchers, by whatever program. */
export function decisions(turn: Turn): readonly WatcherDecision[] {
  const rules = rulesOf(turn);
  return rules === undefined ? [] : decisionsOf(rules);
}
