// The user's calls, newest first: missed ones marked, each with the way back to whoever it was.

import { Phone, PhoneIncoming, PhoneMissed, PhoneOutgoing } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../design/button";
import { classNames } from "../../design/class-names";
import { EmptyState, Skeleton } from "../../design/notice";
import type { LoggedCall } from "../../line/contract";
import { useLine, useNames } from "../line-context";
import { goTo } from "../place";
import { whenWords } from "../times";
import { useObservable } from "../use-observable";
import "./call-log.css";
import { loggedWords } from "./logged-words";

export function CallLog() {
  const line = useLine();
  const log = useObservable(line.calls.log);
  const [more, setMore] = useState<"perhaps" | "reading" | "none">("perhaps");
  if (log === undefined) return <Skeleton lines={6} className="call-log-skeleton" />;
  if (log.length === 0) {
    return (
      <EmptyState icon={<Phone aria-hidden="true" />} title="No calls yet">
        Choose somebody, then call. Calls on all your devices are listed here.
      </EmptyState>
    );
  }
  const readMore = async () => {
    setMore("reading");
    setMore((await line.calls.readLog().catch(() => true)) ? "perhaps" : "none");
  };
  return (
    <div className="call-log">
      <ul aria-label="Calls">
        {log.map((call) => (
          <Row key={call.id} call={call} />
        ))}
      </ul>
      {more !== "none" && (
        <Button kind="quiet" small disabled={more === "reading"} onClick={() => void readMore()}>
          Show earlier calls
        </Button>
      )}
    </div>
  );
}

function Row({ call }: { readonly call: LoggedCall }) {
  const line = useLine();
  const nameOf = useNames();
  // Not the name that the caller gave himself: he might give that of somebody else.
  const name = nameOf(call.peer);
  const at = Date.parse(call.startedAt);
  const Icon = call.missed ? PhoneMissed : call.direction === "incoming" ? PhoneIncoming : PhoneOutgoing;
  const callBack = () => {
    line.calls.call(call.peer, { video: false });
    goTo({ kind: "call" });
  };
  return (
    <li className={classNames("logged", call.missed && "logged-missed")}>
      <Icon className="logged-icon" aria-hidden="true" />
      <button
        type="button"
        className="logged-words"
        title={call.peer}
        onClick={() => goTo({ kind: "conversation", peer: call.peer })}
      >
        <span className="logged-name">{name}</span>
        <span className="logged-what">
          {loggedWords(call)} · <time dateTime={call.startedAt}>{whenWords(at, Date.now())}</time>
        </span>
      </button>
      <IconButton
        label={call.direction === "incoming" ? `Call ${name} back` : `Call ${name} again`}
        icon={<Phone aria-hidden="true" />}
        onClick={callBack}
      />
    </li>
  );
}
