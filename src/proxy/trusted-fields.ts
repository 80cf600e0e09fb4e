// What only elements of the trust domain say of a user or a request (RFC 3325 §2.3 and what was built on it). Clients
// are outside of it: none of this is taken from one, in a request or in a response, for the other side would believe
// it to be ours.

import { headerSet } from "../sip/header-name";

/** By the number of the header. */
export const trustedFields = headerSet([
  // RFC 3325 §9.1, §9.2, and the draft before it that phones still read.
  "p-asserted-identity",
  "p-preferred-identity",
  "remote-party-id",
  // RFC 6050 §4
  "p-asserted-service",
  "p-preferred-service",
  // RFC 5806, RFC 7044: who forwarded a call is said by the home of the user who did.
  "diversion",
  "history-info",
  // RFC 3455 (now 7315) §4, RFC 5002, RFC 5502: what a network tells itself of its users, their place and their bills.
  "p-associated-uri",
  "p-called-party-id",
  "p-visited-network-id",
  "p-access-network-info",
  "p-charging-function-addresses",
  "p-charging-vector",
  "p-profile-key",
  "p-served-user",
]);
