// With whom the conversation is, whether he is there, and the calls to him.

import { ArrowLeft, Ban, EllipsisVertical, Eye, Phone, RotateCcw, UserMinus, Video } from "lucide-react";
import { Avatar, Badge } from "../../design/badge";
import { IconButton } from "../../design/button";
import { Menu, type MenuItem } from "../../design/menu";
import { toast } from "../../design/toast";
import type { Person } from "../../line/contract";
import { useLine, useNames } from "../line-context";
import { goTo } from "../place";
import { useObservable } from "../use-observable";
import { lampWords, personWords, presenceDot } from "../words";

export function ConversationHeader({ peer }: { readonly peer: string }) {
  const line = useLine();
  const name = useNames()(peer);
  const person = useObservable(line.roster.people).find(({ address }) => address === peer);
  const lamp = lampWords(person?.lamp);
  const call = (video: boolean) => {
    line.calls.call(peer, { video });
    goTo({ kind: "call" });
  };
  return (
    <header className="conversation-header">
      <IconButton
        className="back"
        label="Back to the list"
        icon={<ArrowLeft aria-hidden="true" />}
        onClick={() => goTo({ kind: "list" })}
      />
      <Avatar name={name} presence={person && presenceDot(person.presence)} />
      <div className="conversation-who">
        <h2 title={peer}>{name}</h2>
        <p>{person === undefined ? "Not in your list" : personWords(person)}</p>
      </div>
      {lamp !== undefined && (
        <span className="conversation-lamp">
          <Badge tone={person?.lamp === "busy" ? "danger" : "warning"}>{lamp}</Badge>
        </span>
      )}
      <IconButton label={`Call ${name}`} icon={<Phone aria-hidden="true" />} onClick={() => call(false)} />
      <IconButton
        label={`Call ${name} with video`}
        icon={<Video aria-hidden="true" />}
        onClick={() => call(true)}
      />
      <PersonMenu peer={peer} name={name} person={person} />
    </header>
  );
}

interface PersonMenuProps {
  readonly peer: string;
  readonly name: string;
  /** Undefined for somebody who is not on the roster. */
  readonly person: Person | undefined;
}

function PersonMenu({ peer, name, person }: PersonMenuProps) {
  const line = useLine();
  const watcher = useObservable(line.roster.watchers).find(({ address }) => address === peer);
  const decision = watcher?.decision;
  const decide = (decision: "allow" | "block") =>
    line.roster.decide(peer, decision).then(
      () => toast({ title: decision === "allow" ? `${name} may see you` : `${name} no longer sees you` }),
      () => toast({ title: "The gateway did not take it", description: "Try again.", tone: "danger" }),
    );
  const items: MenuItem[] = [];
  if (person?.watching === "refused") {
    items.push({
      label: "Ask again to see them",
      icon: <RotateCcw aria-hidden="true" />,
      onSelect: () => {
        line.roster.remove(peer);
        line.roster.add(peer);
      },
    });
  }
  if (person !== undefined) {
    items.push({
      label: "Remove from your list",
      icon: <UserMinus aria-hidden="true" />,
      danger: true,
      onSelect: () => {
        line.roster.remove(peer);
        goTo({ kind: "list" });
      },
    });
  }
  return (
    <Menu
      trigger={<IconButton label={`More about ${name}`} icon={<EllipsisVertical aria-hidden="true" />} />}
      groups={[
        [
          {
            label: "Let them see you",
            icon: <Eye aria-hidden="true" />,
            chosen: decision === "allow",
            onSelect: () => void decide("allow"),
          },
          {
            label: "Block from seeing you",
            icon: <Ban aria-hidden="true" />,
            chosen: decision === "block" || decision === "polite-block",
            onSelect: () => void decide("block"),
          },
        ],
        items,
      ]}
    />
  );
}
