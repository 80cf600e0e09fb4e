// The xcap-caps application usage (RFC 4825 §12): what this server can do, one document in the global tree.

import { appendElement, rootElement } from "../../xml/build";
import { serializeXml } from "../../xml/serialize";
import type { GeneratedUsage } from "../application-usage";
import { XCAP_CAPS, XCAP_ERROR } from "../namespaces";

export const xcapCaps: GeneratedUsage = {
  kind: "generated",
  auid: "xcap-caps",
  contentType: "application/xcap-caps+xml",
  defaultNamespace: XCAP_CAPS,
  namespaces: [XCAP_CAPS, XCAP_ERROR],
  tree: "global",
  document: "index",
  generate({ usages }) {
    const root = rootElement({ namespace: XCAP_CAPS, name: "xcap-caps" });
    const auids = appendElement(root, { namespace: XCAP_CAPS, name: "auids" });
    for (const { auid } of usages)
      appendElement(auids, { namespace: XCAP_CAPS, name: "auid" }, { text: auid });
    // No extension-selectors are understood.
    appendElement(root, { namespace: XCAP_CAPS, name: "extensions" });
    const namespaces = appendElement(root, { namespace: XCAP_CAPS, name: "namespaces" });
    for (const text of usages.flatMap((usage) => usage.namespaces)) {
      appendElement(namespaces, { namespace: XCAP_CAPS, name: "namespace" }, { text });
    }
    return serializeXml(root);
  },
};
