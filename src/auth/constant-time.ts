// Comparison of secrets. How long it takes tells nothing of where two texts differ; their lengths are no secret.

/** Whether two texts are equal, in a time that depends on their lengths alone. */
export function constantTimeEquals(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
