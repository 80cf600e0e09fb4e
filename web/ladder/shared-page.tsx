// One shared ladder, for somebody who may know nothing of this gateway.

import { Link2Off } from "lucide-react";
import { useMemo, useSyncExternalStore } from "react";
import type { Ladder } from "../../src/contracts/ladder";
import { openHttp } from "../api/http";
import { RequestProblem } from "../api/problem";
import { EmptyState } from "../design/notice";
import { ThemeMenu } from "../design/theme-menu";
import { Mark } from "../mark";
import type { LadderSource } from "./contract";
import { LadderView } from "./ladder-view";
import "./shared-page.css";

export function SharedPage() {
  const token = useSyncExternalStore(subscribe, () => location.hash.slice(1));
  const source = useMemo(() => (token === "" ? undefined : sharedSource(token)), [token]);
  return (
    <div className="shared-page">
      <header className="shared-head">
        <Mark />
        <h1>A call on durasip</h1>
        <ThemeMenu />
      </header>
      <main>
        {source === undefined ? (
          <EmptyState icon={<Link2Off aria-hidden="true" />} title="This link is not whole">
            The part after the # is missing. Copy the link once more, to its end.
          </EmptyState>
        ) : (
          <LadderView key={token} source={source} />
        )}
      </main>
    </div>
  );
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}

function sharedSource(token: string): LadderSource {
  const http = openHttp(token);
  return {
    read: (after, signal) =>
      http.json<Ladder>("/v1/shared-ladder", { query: { after }, signal }).catch(ended),
    export: (format) => http.file("/v1/shared-ladder/export", { query: { format } }),
  };
}

/** A refused token was right once, for most who come here. */
function ended(thrown: unknown): never {
  if (!(thrown instanceof RequestProblem) || !thrown.isSignedOut) throw thrown;
  const words = "This link has ended, or is not whole. Ask whoever gave it to you for a new one.";
  throw new RequestProblem(401, thrown.kind, words);
}
