// The global tree (RFC 4825 §5.7, §12): what this server can do, and no document of anybody's.

import { createHash } from "node:crypto";
import { invariant } from "../../base/invariant";
import type { XcapAnswer, XcapCall } from "../../contracts/xcap-access";
import { parseAddressOfRecord } from "../../sip/uri/address-of-record";
import type { Documents, XcapContext } from "../../xcap/application-usage";
import { applicationUsages } from "../../xcap/application-usages";
import { DEFAULT_XCAP_LIMITS, serveXcap } from "../../xcap/serve-xcap";

const nobody = parseAddressOfRecord("nobody@anonymous.invalid");
const noDocuments: Documents = { get: () => undefined, list: () => [] };

/** Also says what is wrong with a path that names nothing in either tree. */
export function serveGlobalTree({ xcapRoot, ...call }: XcapCall): Extract<XcapAnswer, { kind: "answered" }> {
  invariant(nobody !== undefined, "an address of nobody's parses");
  const context: XcapContext = {
    usages: applicationUsages,
    user: nobody,
    xcapRoot,
    newEtag: "",
    hash: (_algorithm, text) => createHash("sha256").update(text, "utf8").digest("hex"),
    isUriTaken: () => true,
    limits: DEFAULT_XCAP_LIMITS,
  };
  const { status, headers, body } = serveXcap({ ...call, body: "" }, noDocuments, context);
  const answer = { kind: "answered", status, headers: Object.fromEntries(headers) } as const;
  return body === undefined ? answer : { ...answer, body };
}
