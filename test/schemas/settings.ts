// What the states that are kept were made with, so that what homes sealed into them can be opened.

export const realm = "example.com";
export const password = "demo";
export const deploymentSecret = "of the states that are kept";

/** One page each: a client that comes back is the same device. */
export const pages = {
  alice: { aor: `alice@${realm}`, password, instance: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", page: "alice" },
  bob: { aor: `bob@${realm}`, password, instance: "6f85d4e3-e8aa-46aa-b768-bf39d5912143", page: "bob" },
  carol: { aor: `carol@${realm}`, password, instance: "c3d5f2b4-2a7e-4d26-9a4f-1f0a6c1c9d0e", page: "carol" },
} as const;

/** RFC 5025: whoever asks may see. */
export const rules = `<?xml version="1.0" encoding="UTF-8"?>
<ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules"><rule id="kept"><conditions/>
<actions><pr:sub-handling>allow</pr:sub-handling></actions><transformations><pr:provide-all-attributes/>
<pr:provide-services><pr:all-services/></pr:provide-services><pr:provide-persons><pr:all-persons/></pr:provide-persons>
</transformations></rule></ruleset>`;

/** What is in a state beside rows: requests that its pages send next. */
export interface Left {
  /** When it was made. */
  readonly at: number;
  /** Alice refreshes what she sees of bob. */
  readonly subscribe: string;
  /** Bob's publication. */
  readonly entityTag: string;
  /** Alice hangs up on carol. */
  readonly bye?: string;
}
