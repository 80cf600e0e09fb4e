// The directory of a user's documents, as OMA XDM Core 1.1 §6.7.2 has it (docs/decisions/0018): XCAP itself cannot
// list (RFC 4825 §6.2). One document in the user's tree, made for each reader, never written.

import { appendElement, rootElement } from "../../xml/build";
import { serializeXml } from "../../xml/serialize";
import type { GeneratedUsage } from "../application-usage";
import { documentUri } from "../document-selector";
import { XCAP_DIRECTORY } from "../namespaces";

export const xcapDirectory: GeneratedUsage = {
  kind: "generated",
  auid: "org.openmobilealliance.xcap-directory",
  contentType: "application/vnd.oma.xcap-directory+xml",
  defaultNamespace: XCAP_DIRECTORY,
  namespaces: [XCAP_DIRECTORY],
  tree: "users",
  document: "directory.xml",
  generate({ user, xcapRoot, usages, documents }) {
    const root = rootElement({ namespace: XCAP_DIRECTORY, name: "xcap-directory" });
    for (const { auid, kind } of usages) {
      if (kind === "generated") continue;
      const folder = appendElement(
        root,
        { namespace: XCAP_DIRECTORY, name: "folder" },
        { attributes: { auid } },
      );
      for (const { name, etag } of documents.filter((document) => document.auid === auid).toSorted(byName)) {
        const uri = documentUri(xcapRoot, { auid, tree: "users", xui: `sip:${user}`, name });
        appendElement(folder, { namespace: XCAP_DIRECTORY, name: "entry" }, { attributes: { uri, etag } });
      }
    }
    return serializeXml(root);
  },
};

/** The same documents give the same text, and so the same entity tag, in whatever order they are kept. */
const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : 1;
