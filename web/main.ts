// The first page: says what this is, lets somebody sign in, and shows how to bring a client of one's own.
//
// A tab stays signed in over a reload at a demonstration only, whose password is public; elsewhere the password is
// kept nowhere, and the browser's own password manager fills the form.

import { askForDemonstration, type Demonstration } from "./demonstration";
import { createDesk } from "./desk";
import { claimDeviceId } from "./device-id";
import { kept } from "./kept";
import type { LineState } from "./line/stay-registered";
import { showClientSamples } from "./views/client-samples";
import { byId } from "./views/dom";
import { type SignIn, signInView } from "./views/sign-in";
import { lineWords, refusalWords } from "./views/words";

/** Every demonstration's: `npm start` and `npm run serve -- --demo` set it. */
const demoPassword = "demo";

const who = byId("who", HTMLElement);
const lineState = byId("line-state", HTMLElement);
const signedInAs = kept("signed-in", (value) => (typeof value === "string" ? value : undefined));
const desk = createDesk(lineChanged);
const signInForm = signInView(signIn);
let demonstration: Demonstration | undefined;
const deviceId = claimDeviceId();

function signIn({ aor, password }: SignIn): void {
  void deviceId.then((device) => {
    if (demonstration !== undefined && password === demoPassword) signedInAs.set(aor);
    signInForm.hide();
    who.hidden = false;
    byId("own-address", HTMLElement).textContent = aor;
    showClientSamples(aor, location.origin);
    const accounts = demonstration?.accounts.map((name) => `${name}@${demonstration?.realm}`) ?? [];
    desk.open({ aor, password }, device, accounts);
  });
}

function signOut(problem?: string): void {
  signedInAs.forget();
  desk.close();
  who.hidden = true;
  signInForm.show(problem);
}

function lineChanged(state: LineState): void {
  lineState.textContent = lineWords[state.kind];
  lineState.dataset["state"] = state.kind;
  if (state.kind === "refused") signOut(refusalWords(state.status));
}

byId("sign-out", HTMLButtonElement).addEventListener("click", () => signOut());

demonstration = await askForDemonstration();
if (demonstration !== undefined) signInForm.offer(demonstration, demoPassword);
showClientSamples(`alice@${demonstration?.realm ?? "example.com"}`, location.origin);
const again = signedInAs.get();
if (again !== undefined && demonstration !== undefined) signIn({ aor: again, password: demoPassword });
else signInForm.show();
