// If-Match and If-None-Match (RFC 9110 §13.1.1, §13.1.2, §13.2.2; RFC 4825 §7.11, §8.2.6, §8.5).
// All resources of a document share its one entity tag, and it is strong: the text behind it is kept to the octet.

export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

export type PreconditionOutcome = "proceed" | "not-modified" | "failed" | "malformed";

type Tags = "*" | readonly EntityTag[];

interface EntityTag {
  readonly weak: boolean;
  readonly opaque: string;
}

/** With the comma before it; RFC 9110 §5.6.1: empty members count for nothing. */
const MEMBER = /,[ \t]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)")?[ \t]*/y;

/**
 * `current` is the document's tag, without quotes; undefined when there is no document. An element or attribute that
 * is about to be inserted counts as being there, with its document's tag (RFC 4825 §8.2.6).
 */
export function judgePrecondition(
  { ifMatch, ifNoneMatch }: Conditions,
  current: string | undefined,
  reading: boolean,
): PreconditionOutcome {
  const wanted = ifMatch === undefined ? undefined : parseTags(ifMatch);
  const known = ifNoneMatch === undefined ? undefined : parseTags(ifNoneMatch);
  // A condition nobody can read must not be passed over: it was there to prevent a loss.
  if (wanted === "malformed" || known === "malformed") return "malformed";
  if (wanted !== undefined && !matches(wanted, current, "strong")) return "failed";
  if (known !== undefined && matches(known, current, "weak")) return reading ? "not-modified" : "failed";
  return "proceed";
}

function parseTags(value: string): Tags | "malformed" {
  const trimmed = value.trim();
  if (trimmed === "*") return "*";
  const list = `,${trimmed}`;
  const tags: EntityTag[] = [];
  for (let at = 0; at < list.length; at = MEMBER.lastIndex) {
    MEMBER.lastIndex = at;
    const match = MEMBER.exec(list);
    if (match === null) return "malformed";
    if (match[2] !== undefined) tags.push({ weak: match[1] !== undefined, opaque: match[2] });
  }
  return tags.length === 0 ? "malformed" : tags;
}

/** RFC 9110 §8.8.3.2: our tags are strong, so strong comparison only has to mind theirs. */
function matches(tags: Tags, current: string | undefined, comparison: "strong" | "weak"): boolean {
  if (current === undefined) return false;
  if (tags === "*") return true;
  return tags.some(({ weak, opaque }) => opaque === current && (comparison === "weak" || !weak));
}
