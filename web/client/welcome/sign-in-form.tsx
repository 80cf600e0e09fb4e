// The sign-in form: an address with a password or a token; at a demonstration, a button for each of its accounts.

import { KeyRound, LogIn } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { readAddress } from "../../address";
import type { Demonstration } from "../../demonstration";
import { Avatar } from "../../design/badge";
import { Button } from "../../design/button";
import { Field } from "../../design/field";
import { Notice, Spinner } from "../../design/notice";
import type { Credentials } from "../session";

export interface SignInFormProps {
  readonly demonstration: Demonstration | undefined;
  readonly address: string;
  readonly problem: string | undefined;
  /** Resolves to what is wrong, in words, or to undefined. */
  readonly onSignIn: (credentials: Credentials) => Promise<string | undefined>;
}

/** Every demonstration's: `npm start` and `npm run serve -- --demo` set it. */
const demoPassword = "demo";

export function SignInForm(props: SignInFormProps) {
  const { demonstration, onSignIn } = props;
  const [address, setAddress] = useState(props.address);
  const [secret, setSecret] = useState("");
  const [byToken, setByToken] = useState(false);
  const [problem, setProblem] = useState(props.problem);
  const [wrongAddress, setWrongAddress] = useState<string>();
  const [busy, setBusy] = useState(false);
  const secretField = useRef<HTMLInputElement>(null);

  const attempt = async (credentials: Credentials) => {
    setBusy(true);
    setProblem(undefined);
    const refused = await onSignIn(credentials);
    setBusy(false);
    setProblem(refused);
    if (refused !== undefined) secretField.current?.select();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const aor = readAddress(address, demonstration?.realm);
    setWrongAddress(aor === undefined ? "An address looks like alice@example.com." : undefined);
    if (aor === undefined || busy) return;
    void attempt({ aor, proof: byToken ? { token: secret.trim() } : { password: secret } });
  };

  return (
    <section className="sign-in" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">Sign in</h2>
      {demonstration !== undefined && (
        <DemoAccounts
          demonstration={demonstration}
          disabled={busy}
          onChoose={(aor) => void attempt({ aor, proof: { password: demoPassword } })}
        />
      )}
      <form className="sign-in-form" onSubmit={submit}>
        <Field
          label="Address"
          value={address}
          onValue={setAddress}
          error={wrongAddress}
          placeholder={`alice@${demonstration?.realm ?? "example.com"}`}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          inputMode="email"
          required
        />
        <Field
          key={byToken ? "token" : "password"}
          ref={secretField}
          label={byToken ? "Token" : "Password"}
          value={secret}
          onValue={setSecret}
          type="password"
          autoComplete={byToken ? "off" : "current-password"}
          required
        />
        {problem !== undefined && (
          <Notice tone="danger" role="alert">
            {problem}
          </Notice>
        )}
        <Button kind="primary" type="submit" disabled={busy} icon={<LogIn aria-hidden="true" />}>
          Sign in
        </Button>
        <Button
          kind="quiet"
          small
          icon={<KeyRound aria-hidden="true" />}
          onClick={() => {
            setByToken(!byToken);
            setSecret("");
          }}
        >
          {byToken ? "Use a password" : "Use a token"}
        </Button>
      </form>
      {busy && <Spinner label="Signing in" />}
    </section>
  );
}

interface DemoAccountsProps {
  readonly demonstration: Demonstration;
  readonly disabled: boolean;
  readonly onChoose: (aor: string) => void;
}

function DemoAccounts({ demonstration, disabled, onChoose }: DemoAccountsProps) {
  return (
    <fieldset className="demo-accounts" disabled={disabled}>
      <legend>This is a demonstration: be one of these, or any other name with the password demo.</legend>
      {demonstration.accounts.map((name) => (
        <button
          key={name}
          type="button"
          className="demo-account"
          onClick={() => onChoose(`${name}@${demonstration.realm}`)}
        >
          <Avatar name={name} size="s" />
          {name}
        </button>
      ))}
    </fieldset>
  );
}
