// Bugs. An InvariantError says that this program is wrong, never that a peer is; it is caught once,
// at the outermost edge of an object or of the Worker.

export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Throws InvariantError unless `condition` holds. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** The unreachable end of an exhaustive switch over a `kind:` union. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${JSON.stringify(value)}`);
}
