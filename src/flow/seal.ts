// What leaves a home is sealed: readable by this deployment alone, for the one purpose it was minted for.
//
// Whoever holds a token learns nothing from it but its length, and a changed, invented or misused one opens to
// nothing. Sealing the same text twice gives two tokens that cannot be told to belong together (RFC 5627 §5.1); but for a
// Contact, whose token stands in the URI that it is of, it may give the same.

/** What a token is for. One minted for one purpose does not open for another. */
export type SealPurpose = "route" | "gruu" | "contact" | "session" | "ladder";

export interface Seal {
  /** A token of [A-Za-z0-9_-], which stands as it is in a URI's user part or parameter. */
  seal(plain: string): string;
  /** What was sealed; undefined for a token that is not ours. Never throws. */
  open(token: string): string | undefined;
}
