// Randomness, as an argument. The core draws none of its own, so a seed replays a run.

export interface Entropy {
  /** A fresh token of at least 96 random bits, from the alphabet [0-9a-z]: a tag, a branch, an entity-tag. */
  token(): string;
}
