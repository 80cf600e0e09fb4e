// The side of the console: who the user is, the field that finds or adds a person, and the lists of people and calls.

import { Phone, Users } from "lucide-react";
import { useState } from "react";
import type { Demonstration } from "../demonstration";
import { Tabs } from "../design/tabs";
import { CallLog } from "./call-log/call-log";
import { useMissedCalls } from "./call-log/use-missed-calls";
import { FindPerson } from "./find-person";
import { useLine } from "./line-context";
import { TryIt } from "./newcomer";
import { OpenCalls } from "./open-calls";
import { OwnHeader } from "./own/own-header";
import { unreadIn } from "./people";
import { Roster } from "./roster";
import "./side-panel.css";
import { useObservable } from "./use-observable";
import { WatcherRequests } from "./watcher-requests";

export interface SidePanelProps {
  readonly demonstration: Demonstration | undefined;
  readonly onSignOut: () => void;
  /** Whose conversation is open. */
  readonly current: string | undefined;
}

export function SidePanel({ demonstration, onSignOut, current }: SidePanelProps) {
  const line = useLine();
  const [tab, setTab] = useState<"people" | "calls">("people");
  const [wanted, setWanted] = useState("");
  const unread = unreadIn(useObservable(line.conversations.all));
  const missed = useMissedCalls(tab === "calls");
  const people = (
    <div className="side-list">
      <WatcherRequests />
      <Roster wanted={wanted} current={current} />
      {demonstration !== undefined && <TryIt demonstration={demonstration} />}
    </div>
  );
  return (
    <div className="side-panel">
      <OwnHeader onSignOut={onSignOut} />
      <OpenCalls />
      <FindPerson
        wanted={wanted}
        onWanted={(text) => {
          setWanted(text);
          setTab("people");
        }}
      />
      <Tabs
        className="side-tabs"
        label="People and calls"
        value={tab}
        onValue={setTab}
        tabs={[
          {
            value: "people",
            label: "People",
            icon: <Users aria-hidden="true" />,
            count: unread,
            countLabel: "unread",
            content: people,
          },
          {
            value: "calls",
            label: "Calls",
            icon: <Phone aria-hidden="true" />,
            count: missed,
            countLabel: "missed",
            content: <CallLog />,
          },
        ]}
      />
    </div>
  );
}
