// The namespaces this server knows, which are those its capabilities document lists (RFC 4825 §12), with the
// elements that their schemas declare for use inside others' wildcards (global elements, XML Schema Part 1 §3.3).

export const XCAP_CAPS = "urn:ietf:params:xml:ns:xcap-caps";
export const XCAP_ERROR = "urn:ietf:params:xml:ns:xcap-error";
export const RESOURCE_LISTS = "urn:ietf:params:xml:ns:resource-lists";
export const RLS_SERVICES = "urn:ietf:params:xml:ns:rls-services";
export const COMMON_POLICY = "urn:ietf:params:xml:ns:common-policy";
export const PRES_RULES = "urn:ietf:params:xml:ns:pres-rules";
export const PIDF = "urn:ietf:params:xml:ns:pidf";
export const XCAP_DIRECTORY = "urn:oma:xml:xdm:xcap-directory";

/** Permissions of RFC 5025 §7 whose content is xs:boolean. */
export const BOOLEAN_PERMISSIONS: readonly string[] = [
  ...["provide-activities", "provide-class", "provide-deviceID", "provide-mood", "provide-place-is"],
  ...["provide-place-type", "provide-privacy", "provide-relationship", "provide-status-icon"],
  ...["provide-sphere", "provide-time-offset", "provide-note"],
];

const PRES_RULES_ELEMENTS: readonly string[] = [
  ...["service-uri-scheme", "class", "occurrence-id", "service-uri", "deviceID", "sub-handling"],
  ...["provide-services", "provide-devices", "provide-persons", "provide-user-input"],
  ...["provide-unknown-attribute", "provide-all-attributes"],
  ...BOOLEAN_PERMISSIONS,
];

/** RFC 4825 §11.2. */
const XCAP_ERROR_ELEMENTS: readonly string[] = [
  ...["xcap-error", "error-element", "extension", "schema-validation-error", "not-xml-frag", "no-parent"],
  ...["cannot-insert", "not-xml-att-value", "uniqueness-failure", "not-well-formed", "constraint-failure"],
  ...["cannot-delete", "not-utf-8"],
];

const DECLARED: ReadonlyMap<string, readonly string[]> = new Map([
  [XCAP_CAPS, ["xcap-caps"]],
  [XCAP_ERROR, XCAP_ERROR_ELEMENTS],
  [RESOURCE_LISTS, ["resource-lists"]],
  [RLS_SERVICES, ["rls-services"]],
  [COMMON_POLICY, ["ruleset"]],
  [PRES_RULES, PRES_RULES_ELEMENTS],
  [PIDF, ["presence"]],
  [XCAP_DIRECTORY, ["xcap-directory"]],
]);

/**
 * Whether an element may stand where a schema has a wildcard: of an unknown namespace any may, of a known one those it
 * declares (RFC 4825 §8.2.5).
 */
export const mayStandInWildcard = (namespace: string, localName: string): boolean =>
  DECLARED.get(namespace)?.includes(localName) ?? true;
