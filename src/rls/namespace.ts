// The XML namespaces of resource lists.

/** RFC 4826 §3.1. */
export const RESOURCE_LISTS = "urn:ietf:params:xml:ns:resource-lists";
/** RFC 4826 §4.1. */
export const RLS_SERVICES = "urn:ietf:params:xml:ns:rls-services";
/** RFC 4662 §5.1. */
export const RLMI = "urn:ietf:params:xml:ns:rlmi";
