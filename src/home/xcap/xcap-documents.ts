// A user's XCAP documents at his home: requests served from them (RFC 4825), and what follows from a change.

import { err, ok, type Result } from "../../base/result";
import { joinRulesets, type Ruleset, readRuleset } from "../../presence/ruleset";
import { aorUser } from "../../sip/uri/address-of-record";
import { parseUri } from "../../sip/uri/uri";
import type { Documents, XcapContext } from "../../xcap/application-usage";
import { applicationUsages } from "../../xcap/application-usages";
import { DEFAULT_XCAP_LIMITS, serveXcap } from "../../xcap/serve-xcap";
import { conflicting, type XcapChange, type XcapRequest, type XcapResponse } from "../../xcap/xcap-message";
import { PIDF_MANIPULATION_USAGE } from "../events/hard-state";
import { rulesChanged } from "../events/judge-anew";
import { PRES_RULES_USAGE } from "../events/user-rules";
import { XCAP_DIFF_EVENT } from "../events/xcap-diff";
import { refreshLists } from "../lists/list-subscribe";
import type { HomeState, XcapDocument } from "../state";
import { emit, log, type Turn } from "../turn";
import { inOrder, xcapKey } from "./xcap-key";

/**
 * The response to a request of this user's, who is authenticated; what it changes is done.
 *
 * @param xcapRoot without a final slash: `https://example.com/xcap`.
 */
export function serveXcapRequest(turn: Turn, request: XcapRequest, xcapRoot: string): XcapResponse {
  const response = serveXcap(request, documentsOf(turn.state), contextOf(turn, xcapRoot));
  const { change } = response;
  if (change === undefined) return noted(turn, request, response);
  const judged = judgeRules(turn.state, change);
  if (!judged.ok) return noted(turn, request, judged.error);
  if (change.kind === "delete") deleteXcapDocument(turn, change.auid, change.name);
  else {
    const { auid, name, etag, text, contentType } = change;
    putXcapDocument(turn, { auid, name, etag, text, contentType });
  }
  log(turn, "document changed", { auid: change.auid, name: change.name, change: change.kind });
  return response;
}

/** What was refused; not what was not there or is another by now, which clients ask to find out. */
function noted(turn: Turn, { method, path }: XcapRequest, response: XcapResponse): XcapResponse {
  const { status } = response;
  const isNormal = status < 400 || status === 404 || status === 412;
  if (!isNormal) log(turn, "document refused", { method, status, path: path.slice(0, longestPath) });
  return response;
}

/** Characters of a path that are logged. */
const longestPath = 200;

/** Stores a document. Its text must be one that its application usage has passed, its entity tag a new one. */
export function putXcapDocument(turn: Turn, document: XcapDocument): void {
  turn.state.xcap.set(xcapKey(document.auid, document.name), document);
  emit(turn, { kind: "putXcapDocument", document });
  documentChanged(turn, document.auid);
}

export function deleteXcapDocument(turn: Turn, auid: string, name: string): void {
  if (!turn.state.xcap.delete(xcapKey(auid, name))) return;
  emit(turn, { kind: "deleteXcapDocument", auid, name });
  documentChanged(turn, auid);
}

function documentChanged(turn: Turn, auid: string): void {
  turn.changed.add(XCAP_DIFF_EVENT);
  if (auid === PRES_RULES_USAGE) rulesChanged(turn);
  if (auid === PIDF_MANIPULATION_USAGE) turn.changed.add("presence");
  if (auid === "resource-lists" || auid === "rls-services") refreshLists(turn);
}

function documentsOf({ xcap }: HomeState): Documents {
  return {
    get: (auid, name) => xcap.get(xcapKey(auid, name)),
    list: () => inOrder(xcap).map(({ auid, name, etag }) => ({ auid, name, etag })),
  };
}

function contextOf(turn: Turn, xcapRoot: string): XcapContext {
  const { state, ports } = turn;
  return {
    usages: applicationUsages,
    user: state.aor,
    xcapRoot,
    newEtag: ports.entropy.token(),
    hash: ports.keyring.hash,
    isUriTaken: (uri) => !mayNameService(uri, turn),
    limits: DEFAULT_XCAP_LIMITS,
  };
}

/**
 * RFC 4826 §4.4.5: a service's URI must exist nowhere else in the domain. That is so without asking anybody where it is
 * made of the user's own address: `sip:alice+friends@example.com`, or `sip:alice@example.com;pres-list=friends` as
 * OMA's clients write it. A name of its own might be somebody's, or become somebody's tomorrow.
 */
function mayNameService(uri: string, { state, ports }: Turn): boolean {
  const parsed = parseUri(uri);
  if (!parsed.ok || parsed.value.kind !== "sip") return true;
  const { host, user, parameters } = parsed.value;
  if (!ports.settings.realms.includes(host.toLowerCase())) return true;
  const own = aorUser(state.aor);
  const name = (user ?? "").toLowerCase();
  if (`${name}@${host.toLowerCase()}` === state.aor) return parameters.length > 0;
  const suffix = name.slice(own.length + 1);
  return `${own}@${host.toLowerCase()}` === state.aor && name.startsWith(`${own}+`) && suffix !== "";
}

/** Rules that would be valid and yet cannot be kept to: more URIs than a presence document is compared with. */
function judgeRules({ xcap }: HomeState, change: XcapChange): Result<undefined, XcapResponse> {
  if (change.kind !== "put" || change.auid !== PRES_RULES_USAGE) return ok(undefined);
  const others = [...xcap.values()].filter(({ auid, name }) => auid === change.auid && name !== change.name);
  const rulesets: Ruleset[] = [];
  for (const { text } of [...others, change]) {
    const read = readRuleset(text);
    if (!read.ok) return tooMuch;
    rulesets.push(read.value);
  }
  return joinRulesets(rulesets).ok ? ok(undefined) : tooMuch;
}

const tooMuch = err(
  conflicting({
    kind: "constraint-failure",
    phrase: "the rules name more URIs of services and devices than are kept to",
  }),
);
