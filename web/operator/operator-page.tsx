// Signed out, or signed in and somewhere. The admin token is in the API's closure alone: a reload asks for it again
// (docs/decisions/0024).

import { useMemo, useState } from "react";
import type { Api } from "./api";
import type { RealmFigures } from "./contract";
import { OperatorContext } from "./operator-context";
import { Shell } from "./shell";
import { SignIn } from "./sign-in";
import { Views } from "./views";
import "./operator.css";
import "../only-narrow.css";

interface SignedIn {
  readonly api: Api;
  readonly realms: readonly RealmFigures[];
}

export function OperatorPage() {
  const [signedIn, setSignedIn] = useState<SignedIn>();
  const operator = useMemo(() => signedIn, [signedIn]);
  if (operator === undefined) return <SignIn onSignedIn={(api, realms) => setSignedIn({ api, realms })} />;
  return (
    <OperatorContext value={operator}>
      <Shell onSignOut={() => setSignedIn(undefined)}>
        <Views />
      </Shell>
    </OperatorContext>
  );
}
