// What a signed-in user has before him: people and calls, a conversation, and the call that goes on. One of them on a
// phone, side by side on a desk.

import { lazy, Suspense, useEffect, useState } from "react";
import type { Demonstration } from "../demonstration";
import { Skeleton } from "../design/notice";
import type { Line } from "../line/contract";
import { Announcements } from "./announcements";
import "./console.css";
import { Conversation } from "./conversation/conversation";
import { LineBanner } from "./line-banner";
import { LineContext } from "./line-context";
import { NoConversation } from "./newcomer";
import { goTo, usePlace } from "./place";
import { SidePanel } from "./side-panel";
import { useDocumentTitle } from "./use-document-title";
import { useLeaveGuard } from "./use-leave-guard";
import { useNotifications } from "./use-notifications";
import { useObservable } from "./use-observable";

const callSurface = async () => (await import("./call/call-surface")).callSurface;
const CallStage = lazy(async () => ({ default: (await callSurface()).CallStage }));
const CallAlerts = lazy(async () => ({ default: (await callSurface()).CallAlerts }));

export interface ConsoleProps {
  readonly line: Line;
  readonly demonstration: Demonstration | undefined;
  readonly onSignOut: () => void;
}

export function Console({ line, demonstration, onSignOut }: ConsoleProps) {
  return (
    <LineContext value={line}>
      <Desk line={line} demonstration={demonstration} onSignOut={onSignOut} />
    </LineContext>
  );
}

function Desk({ line, demonstration, onSignOut }: ConsoleProps) {
  const place = usePlace();
  const open = useObservable(line.calls.open);
  const [talkedWith, setTalkedWith] = useState<string>();
  // The first call does not wait for its views: they come once the console stands.
  useEffect(() => void callSurface(), []);
  useDocumentTitle();
  useNotifications();
  useLeaveGuard();

  const shown = open.filter(({ phase, direction }) => phase !== "ringing" || direction === "outgoing");
  const inCall = place.kind === "call" && shown.length > 0;
  const isOver = place.kind === "call" && open.length === 0;
  useEffect(() => {
    if (isOver)
      goTo(talkedWith === undefined ? { kind: "list" } : { kind: "conversation", peer: talkedWith });
  }, [isOver, talkedWith]);
  const callPeer = (shown.find(({ phase, held }) => phase !== "ended" && !held) ?? shown.at(-1))?.peer;
  const peer =
    place.kind === "conversation" ? place.peer : place.kind === "call" ? (callPeer ?? talkedWith) : undefined;
  useEffect(() => {
    if (peer !== undefined) setTalkedWith(peer);
  }, [peer]);
  const pane = inCall ? "call" : peer === undefined ? "list" : "conversation";
  return (
    <main className="console" data-pane={pane}>
      <h1 className="unseen">durasip, {line.aor}</h1>
      <SidePanel demonstration={demonstration} onSignOut={onSignOut} current={peer} />
      <div className="console-main">
        {inCall && (
          <Suspense fallback={<Skeleton className="call-skeleton" />}>
            <CallStage />
          </Suspense>
        )}
        {peer === undefined ? (
          <NoConversation demonstration={demonstration} />
        ) : (
          <Conversation key={peer} peer={peer} />
        )}
      </div>
      <LineBanner />
      <Announcements current={place.kind === "conversation" ? place.peer : undefined} />
      {open.length > 0 && (
        <Suspense fallback={null}>
          <CallAlerts />
        </Suspense>
      )}
    </main>
  );
}
