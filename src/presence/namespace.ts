// The namespaces of presence documents: RFC 3863 §5.2, RFC 4479 §10.1, RFC 4480 §7.1.

export const PIDF = "urn:ietf:params:xml:ns:pidf";
export const DATA_MODEL = "urn:ietf:params:xml:ns:pidf:data-model";
export const RPID = "urn:ietf:params:xml:ns:pidf:rpid";

/** Of rules: RFC 4745 §15.1, RFC 5025 §11.2, and the conditions that OMA's XDM added. */
export const COMMON_POLICY = "urn:ietf:params:xml:ns:common-policy";
export const PRES_RULES = "urn:ietf:params:xml:ns:pres-rules";
export const OMA_COMMON_POLICY = "urn:oma:xml:xdm:common-policy";
