// What leaves a home is sealed: readable by this deployment alone, for the one purpose it was minted for.
//
// Whoever holds a token learns nothing from it but its length, and a changed, invented or misused one opens to
// nothing. Sealing the same text twice gives two tokens that cannot be told to belong together (RFC 5627 §5.1), unless that
// is asked for: to seal costs as much as all else that is done to a message.

/** What a token is for. One minted for one purpose does not open for another. */
export type SealPurpose = "route" | "gruu" | "contact" | "session" | "ladder";

export interface Seal {
  /** A token of [A-Za-z0-9_-], which stands as it is in a URI's user part or parameter. */
  seal(plain: string): string;
  /** The same for the same text, as long as it is remembered: of what is shown beside it anyway. */
  sealOnce(plain: string): string;
  /** What was sealed; undefined for a token that is not ours. Never throws. */
  open(token: string): string | undefined;
}
