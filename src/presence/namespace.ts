// The namespaces of presence documents: RFC 3863 §5.2, RFC 4479 §10.1, RFC 4480 §7.1.

export const PIDF = "urn:ietf:params:xml:ns:pidf";
export const DATA_MODEL = "urn:ietf:params:xml:ns:pidf:data-model";
export const RPID = "urn:ietf:params:xml:ns:pidf:rpid";
