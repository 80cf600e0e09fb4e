// The list of people: presence, busy lamp, who is writing, and how much is unread.

import { Phone, UserRoundPlus } from "lucide-react";
import { Avatar, Badge } from "../design/badge";
import { EmptyState } from "../design/notice";
import { useLine, useNames } from "./line-context";
import { type Entry, entriesOf, matches } from "./people";
import { goTo } from "./place";
import "./roster.css";
import { useObservable } from "./use-observable";
import { lampWords, personWords, presenceDot } from "./words";

export interface RosterProps {
  /** What is looked for; everybody when it is empty. */
  readonly wanted: string;
  readonly current: string | undefined;
}

export function Roster({ wanted, current }: RosterProps) {
  const line = useLine();
  const people = useObservable(line.roster.people);
  const conversations = useObservable(line.conversations.all);
  const entries = entriesOf(people, conversations, useNames());
  const found = entries.filter((entry) => matches(entry, wanted));
  if (entries.length === 0) {
    return (
      <EmptyState icon={<UserRoundPlus aria-hidden="true" />} title="Nobody here yet">
        Type an address above to add the first person.
      </EmptyState>
    );
  }
  return (
    <nav aria-label="People">
      {found.length === 0 && <p className="roster-none">Nobody in the list matches.</p>}
      <ul className="roster">
        {found.map((entry) => (
          <li key={entry.address}>
            <Row entry={entry} isCurrent={entry.address === current} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Row({ entry, isCurrent }: { readonly entry: Entry; readonly isCurrent: boolean }) {
  const { address, name, person, conversation } = entry;
  const lamp = lampWords(person?.lamp);
  const unread = conversation?.unread ?? 0;
  const saying = person === undefined ? "Not in your list" : personWords(person);
  return (
    <button
      type="button"
      className="person"
      title={address}
      aria-current={isCurrent || undefined}
      onClick={() => goTo({ kind: "conversation", peer: address })}
    >
      <Avatar name={name} presence={person && presenceDot(person.presence)} />
      <span className="person-words">
        <span className="person-name">{name}</span>
        <span className="person-saying">
          {conversation?.composing ? <span className="person-writing">is writing…</span> : saying}
        </span>
      </span>
      <span className="person-marks">
        {lamp !== undefined && (
          <Badge tone={person?.lamp === "busy" ? "danger" : "warning"}>
            <Phone className="person-lamp" aria-hidden="true" /> {lamp}
          </Badge>
        )}
        {unread > 0 && (
          <Badge tone="accent" label={`${unread} unread`}>
            {unread > 99 ? "99+" : unread}
          </Badge>
        )}
      </span>
    </button>
  );
}
