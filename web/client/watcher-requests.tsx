// People who would like to see whether the user is there, until he has said yes or no.

import { useState } from "react";
import { Avatar } from "../design/badge";
import { Button } from "../design/button";
import { toast } from "../design/toast";
import type { Watcher } from "../line/contract";
import { useLine, useNames } from "./line-context";
import { useObservable } from "./use-observable";
import "./watcher-requests.css";

export function WatcherRequests() {
  const waiting = useObservable(useLine().roster.watchers).filter(isAsking);
  if (waiting.length === 0) return null;
  return (
    <section aria-label="Requests to see you">
      <ul className="requests">
        {waiting.map((watcher) => (
          <Request key={watcher.address} watcher={watcher} />
        ))}
      </ul>
    </section>
  );
}

const isAsking = ({ status, decision }: Watcher): boolean =>
  status !== "active" && (decision === undefined || decision === "confirm");

function Request({ watcher: { address } }: { readonly watcher: Watcher }) {
  const line = useLine();
  const name = useNames()(address);
  const [busy, setBusy] = useState(false);
  const decide = async (decision: "allow" | "block") => {
    setBusy(true);
    try {
      await line.roster.decide(address, decision);
      if (decision === "allow" && !line.roster.people.get().some((each) => each.address === address)) {
        toast({
          title: `${name} sees you now`,
          action: { label: `Add ${name}`, onSelect: () => line.roster.add(address) },
        });
      }
    } catch {
      toast({ title: "The gateway did not take it", description: "Try again in a moment.", tone: "danger" });
    }
    setBusy(false);
  };
  return (
    <li className="request">
      <Avatar name={name} size="s" />
      <p>
        <strong title={address}>{name}</strong> would like to see when you are here.
      </p>
      <div className="request-actions">
        <Button small kind="primary" disabled={busy} onClick={() => void decide("allow")}>
          Allow
        </Button>
        <Button small disabled={busy} onClick={() => void decide("block")}>
          Block
        </Button>
      </div>
    </li>
  );
}
