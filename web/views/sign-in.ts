// The sign-in form, with a button for each account of a demonstration.

import { readAddress } from "../address";
import type { Demonstration } from "../demonstration";
import { byId, onSubmit } from "./dom";

export interface SignIn {
  readonly aor: string;
  readonly password: string;
}

export interface SignInView {
  show(problem?: string): void;
  hide(): void;
  offer(demonstration: Demonstration, password: string): void;
}

export function signInView(signedIn: (signIn: SignIn) => void): SignInView {
  const section = byId("welcome", HTMLElement);
  const address = byId("address", HTMLInputElement);
  const password = byId("password", HTMLInputElement);
  const problem = byId("sign-in-problem", HTMLParagraphElement);
  let realm: string | undefined;

  const complain = (text: string | undefined) => {
    problem.textContent = text ?? "";
    problem.hidden = text === undefined;
  };

  onSubmit(byId("sign-in", HTMLFormElement), () => {
    const aor = readAddress(address.value, realm);
    complain(aor === undefined ? "An address looks like alice@example.com." : undefined);
    if (aor !== undefined) signedIn({ aor, password: password.value });
  });

  return {
    show(text) {
      section.hidden = false;
      complain(text);
      if (text !== undefined) password.select();
    },
    hide() {
      section.hidden = true;
      password.value = "";
    },
    offer(demonstration, demoPassword) {
      realm = demonstration.realm;
      address.placeholder = `alice@${realm}`;
      const buttons = demonstration.accounts.map((name) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = name;
        button.addEventListener("click", () =>
          signedIn({ aor: `${name}@${demonstration.realm}`, password: demoPassword }),
        );
        return button;
      });
      const choices = byId("demo-accounts", HTMLElement);
      choices.replaceChildren(...buttons);
      choices.hidden = buttons.length === 0;
      byId("try-it", HTMLElement).hidden = false;
    },
  };
}
