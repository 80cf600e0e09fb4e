// What stands where a conversation would be, while none is chosen; at a demonstration, what to try first.

import { ExternalLink, MessagesSquare } from "lucide-react";
import { userOf } from "../address";
import type { Demonstration } from "../demonstration";
import { EmptyState } from "../design/notice";
import { useLine } from "./line-context";
import { useObservable } from "./use-observable";
import "./newcomer.css";

export function NoConversation({ demonstration }: { readonly demonstration: Demonstration | undefined }) {
  return (
    <div className="no-conversation">
      <EmptyState icon={<MessagesSquare aria-hidden="true" />} title="Nobody chosen yet">
        Choose somebody from the list to write or call. <kbd>/</kbd> finds a person.
      </EmptyState>
      {demonstration !== undefined && <TryIt demonstration={demonstration} />}
    </div>
  );
}

/** The way to a second person, until there is one. */
export function TryIt({ demonstration }: { readonly demonstration: Demonstration }) {
  const line = useLine();
  const people = useObservable(line.roster.people);
  const other = demonstration.accounts.find((name) => name !== userOf(line.aor));
  if (other === undefined || people.some(({ presence }) => presence?.basic === "open")) return null;
  return (
    <aside className="try-it" aria-label="To try it">
      <p>
        You are <strong>{userOf(line.aor)}</strong>. Now open a second tab and sign in as{" "}
        <strong>{other}</strong>: you see each other come, can write, and call.
      </p>
      <a className="button button-secondary button-small" href="/" target="_blank" rel="noopener">
        <ExternalLink aria-hidden="true" />
        Open a second tab
      </a>
    </aside>
  );
}
