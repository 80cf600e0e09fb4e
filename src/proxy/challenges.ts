// The challenges of several refusals, as one response has them (RFC 3261 §16.7 step 7).

import { parseChallenges } from "../auth/challenge";
import type { HeaderLine } from "../sip/build";
import { headerValues, type SipResponse } from "../sip/message";

/** Their lines, without those for a realm of ours, which no device has any business with. */
export function challengeFields(
  responses: readonly SipResponse[],
  realms: readonly string[],
): readonly HeaderLine[] {
  return responses.flatMap((response) => [
    ...lines(response, "WWW-Authenticate", realms),
    ...lines(response, "Proxy-Authenticate", realms),
  ]);
}

const lines = (response: SipResponse, name: string, realms: readonly string[]): readonly HeaderLine[] =>
  headerValues(response, name.toLowerCase())
    .filter((value) => !isForOurs(value, realms))
    .map((value): HeaderLine => [name, value]);

/** Tokens are never anybody's but ours to ask for; what does not read is nobody's. */
const isForOurs = (value: string, realms: readonly string[]): boolean =>
  (parseChallenges(value) ?? []).every(
    (challenge) =>
      challenge.kind === "bearer" ||
      ("realm" in challenge && realms.includes(challenge.realm?.toLowerCase() ?? "")),
  );
