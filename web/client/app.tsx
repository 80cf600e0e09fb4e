// Signed out or signed in: the welcome page with its form, or the console of one user's line.

import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import type { Demonstration } from "../demonstration";
import type { Line } from "../line/contract";
import {
  type Credentials,
  forgetSession,
  onSignOutElsewhere,
  rememberedSession,
  signIn,
  signOut,
} from "./session";
import { Welcome } from "./welcome/welcome";
import { refusalWords } from "./words";

const Console = lazy(async () => ({ default: (await import("./console")).Console }));

/** Opens the line of somebody whose session the gateway knows. */
export type OpenLine = (aor: string, demonstration: Demonstration | undefined) => Promise<Line>;

type State =
  | { readonly kind: "signed-out"; readonly address: string; readonly problem: string | undefined }
  | { readonly kind: "signed-in"; readonly line: Line };

export interface AppProps {
  readonly demonstration: Demonstration | undefined;
  readonly openLine: OpenLine;
  readonly start: StartState;
}

export type StartState = State;

/** The state before the first rendering: who was signed in in this tab still is. */
export async function startState(
  openLine: OpenLine,
  demonstration: Demonstration | undefined,
): Promise<State> {
  const remembered = await rememberedSession();
  if (remembered === undefined) return { kind: "signed-out", address: "", problem: undefined };
  const { aor, holds } = remembered;
  if (!holds) return { kind: "signed-out", address: aor, problem: "You were signed out. Sign in to go on." };
  const line = await openLine(aor, demonstration).catch(() => undefined);
  if (line === undefined) return { kind: "signed-out", address: aor, problem: notLoaded };
  return { kind: "signed-in", line };
}

/** After a deploy the parts of the page before are gone. */
const notLoaded = "A part of this page could not be loaded. Load the page anew, then sign in.";

export function App({ demonstration, openLine, start }: AppProps) {
  const [state, setState] = useState(start);

  const enter = async (credentials: Credentials): Promise<string | undefined> => {
    const problem = await signIn(credentials);
    if (problem !== undefined) return problem;
    const line = await openLine(credentials.aor, demonstration).catch(() => undefined);
    if (line === undefined) return notLoaded;
    setState({ kind: "signed-in", line });
    return undefined;
  };
  const leave = useCallback((line: Line, problem?: string) => {
    line.close();
    // Of one that is refused the other tabs find out by themselves.
    if (problem === undefined) signOut(line.aor);
    else forgetSession();
    if (location.hash !== "") history.replaceState(null, "", location.pathname);
    setState({ kind: "signed-out", address: problem === undefined ? "" : line.aor, problem });
  }, []);

  const line = state.kind === "signed-in" ? state.line : undefined;
  useEffect(() => {
    if (line === undefined) return;
    const check = () => {
      const now = line.state.get();
      if (now.kind === "refused") leave(line, refusalWords(now.status));
    };
    check();
    const ends = [
      line.state.subscribe(check),
      onSignOutElsewhere(line.aor, () => leave(line, "You signed out in another tab.")),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [line, leave]);

  if (state.kind === "signed-out") {
    const { address, problem } = state;
    return <Welcome demonstration={demonstration} address={address} problem={problem} onSignIn={enter} />;
  }
  return (
    <Suspense fallback={null}>
      <Console line={state.line} demonstration={demonstration} onSignOut={() => leave(state.line)} />
    </Suspense>
  );
}
