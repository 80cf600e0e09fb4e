// A password that an operator gives away: shown, because it has to be passed on, or made up.

import { Dices } from "lucide-react";
import { Button } from "../design/button";
import { Field } from "../design/field";

export interface PasswordProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint: string;
  readonly required?: boolean;
}

export const PasswordField = ({ value, onValue, hint, required = false }: PasswordProps) => (
  <div className="password-field">
    <Field
      label="Password"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      required={required}
      maxLength={256}
      value={value}
      onValue={onValue}
      hint={hint}
    />
    <Button small icon={<Dices aria-hidden="true" />} onClick={() => onValue(madeUpPassword())}>
      Make one up
    </Button>
  </div>
);

/** Without what is easily mistaken when it is read out: 24 of 31 letters, 118 bits. */
const letters = "abcdefghijkmnpqrstuvwxyz2345679";

function madeUpPassword(): string {
  const drawn: string[] = [];
  while (drawn.length < 24) {
    const [octet = 0] = crypto.getRandomValues(new Uint8Array(1));
    // Above that some letters would come more often.
    if (octet < 248) drawn.push(letters[octet % letters.length] ?? "");
  }
  return drawn.join("").replace(/(.{6})(?!$)/g, "$1-");
}
