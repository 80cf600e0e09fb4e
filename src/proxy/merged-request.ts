// Merged requests (RFC 3261 §8.2.2.2): one INVITE that reaches a home by two ways, as when a group has a member
// twice. Its devices would refuse the second themselves; the home does it once for all, and rings nobody twice.

/** What a request outside of dialogs is known by, whichever way it took. */
export interface RequestOrigin {
  readonly callId: string;
  readonly fromTag: string;
  readonly cseq: number;
}

/** A request that is under way here, with the branch of the topmost Via it came with. */
export interface PendingRequest extends RequestOrigin {
  readonly branch: string;
}

/**
 * True when `request` is under way here on another branch: it is answered 482. On the same branch it is the same
 * request once more. One with a To tag is never asked about: it belongs to a dialog.
 */
export const isMerged = (pending: Iterable<PendingRequest>, request: PendingRequest): boolean => {
  for (const other of pending) {
    const isSame =
      other.callId === request.callId && other.fromTag === request.fromTag && other.cseq === request.cseq;
    if (isSame && other.branch !== request.branch) return true;
  }
  return false;
};
