// The instance-id of this tab (RFC 5626 §4.1): each tab is a device, and a reload keeps it.
//
// sessionStorage gives both, but for one case: a duplicated tab starts with a copy of it. The id is therefore
// claimed by a Web Lock, which one document alone can hold and which ends with the document.

const storageKey = "durasip.device";

/** A document that is being replaced by its own reload holds the lock for a moment longer. */
const patience = 1000;

/** Claims the tab's id for as long as the document lives. */
export async function claimDeviceId(): Promise<string> {
  const kept = sessionStorage.getItem(storageKey);
  if (kept !== null && (await claim(kept))) return kept;
  const fresh = crypto.randomUUID();
  sessionStorage.setItem(storageKey, fresh);
  await claim(fresh);
  return fresh;
}

/** Whether this document now holds the id. */
function claim(id: string): Promise<boolean> {
  // Plain http on another host than this machine has no Web Locks; a duplicated tab is the same device there.
  if (!("locks" in navigator)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const options = { signal: AbortSignal.timeout(patience) };
    const heldForever = (): Promise<never> => {
      resolve(true);
      return new Promise(() => {});
    };
    navigator.locks.request(`${storageKey}.${id}`, options, heldForever).catch(() => resolve(false));
  });
}
