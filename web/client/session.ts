// Who is signed in: the gateway keeps it in a cookie that no script can read, one for each address, and this tab
// remembers whose it uses. No password and no token is kept.

import { kept } from "../kept";
import { hasSessionEnded, type SignInProof, signIn as signInAt, signOut as signOutAt } from "../session";
import { refusalWords } from "./words";

export interface Credentials {
  readonly aor: string;
  readonly proof: SignInProof;
}

const signedInAs = kept("signed-in", (value) => (typeof value === "string" ? value : undefined));

/** What is wrong, in words; undefined when nothing is. */
export async function signIn({ aor, proof }: Credentials): Promise<string | undefined> {
  const outcome = await signInAt(location.origin, aor, proof);
  switch (outcome.kind) {
    case "signed-in":
      signedInAs.set(aor);
      return undefined;
    case "refused":
      return "token" in proof
        ? "The gateway does not accept this token for this address."
        : refusalWords(401);
    case "held-off":
      return `Too many attempts. Try again in ${outcome.retryAfter} s.`;
    case "failed":
      return outcome.status === 0
        ? "The gateway cannot be reached. Check your connection, then try again."
        : refusalWords(outcome.status);
  }
}

/** Whose session this tab had before it was loaded anew, and whether it still holds, as far as the gateway can say. */
export async function rememberedSession(): Promise<
  { readonly aor: string; readonly holds: boolean } | undefined
> {
  const aor = signedInAs.get();
  if (aor === undefined) return undefined;
  const holds = !(await hasSessionEnded(location.origin, aor));
  if (!holds) signedInAs.forget();
  return { aor, holds };
}

/** For this tab; what of it is in other tabs goes on. */
export const forgetSession = (): void => signedInAs.forget();

const signedOutKey = "durasip.signed-out";

/** For all tabs of this browser, which share the cookie. */
export function signOut(aor: string): void {
  forgetSession();
  // Heard in the other tabs alone, and not kept.
  localStorage.setItem(signedOutKey, aor);
  localStorage.removeItem(signedOutKey);
  // One that cannot be ended now ends by its time.
  void signOutAt(location.origin, aor);
}

/** Told when the user signs out in another tab; the result ends that. */
export function onSignOutElsewhere(aor: string, told: () => void): () => void {
  const heard = ({ key, newValue }: StorageEvent) => {
    if (key === signedOutKey && newValue === aor) told();
  };
  window.addEventListener("storage", heard);
  return () => window.removeEventListener("storage", heard);
}
