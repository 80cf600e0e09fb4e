// The admin token is asked for. It is tried at once, so that a wrong one is told here and nowhere else.

import { ShieldCheck } from "lucide-react";
import { type FormEvent, useState } from "react";
import { wordsOfThrow } from "../api/problem";
import { Button } from "../design/button";
import { Field } from "../design/field";
import { ThemeMenu } from "../design/theme-menu";
import { Mark } from "../mark";
import { type Api, openApi } from "./api";
import type { RealmFigures } from "./contract";

export interface SignInProps {
  readonly onSignedIn: (api: Api, realms: readonly RealmFigures[]) => void;
}

export function SignIn({ onSignedIn }: SignInProps) {
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState<string>();
  const [isAsking, setAsking] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
    setProblem(undefined);
    const api = openApi(token.trim());
    await api.realms().then(
      (realms) => onSignedIn(api, realms),
      (thrown) => {
        setProblem(wordsOfThrow(thrown));
        setAsking(false);
      },
    );
  };
  return (
    <main className="gate">
      <div className="gate-theme">
        <ThemeMenu />
      </div>
      <form className="gate-card" onSubmit={submit}>
        <Mark size={40} />
        <h1>durasip for operators</h1>
        <p>Devices, calls and messages of this gateway, live; and why a call failed.</p>
        {/* For password managers, which keep a secret under a name. */}
        <input
          className="unseen"
          name="username"
          autoComplete="username"
          value="operator"
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <Field
          label="Admin token"
          type="password"
          name="password"
          autoComplete="current-password"
          required
          autoFocus
          value={token}
          onValue={setToken}
          error={problem}
          hint={
            problem === undefined ? "The value of the setting ADMIN_TOKEN. npm start prints one." : undefined
          }
        />
        <Button
          kind="primary"
          type="submit"
          disabled={isAsking || token.trim() === ""}
          icon={<ShieldCheck aria-hidden="true" />}
        >
          {isAsking ? "Asking…" : "Sign in"}
        </Button>
        <p className="gate-note">The token stays in this page’s memory: a reload asks for it again.</p>
      </form>
    </main>
  );
}
