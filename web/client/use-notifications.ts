// The system's notifications of messages and calls that come while the page is hidden. The user turns them on with a
// button; the browser asks him then.

import { useEffect, useRef } from "react";
import { useLine, useNames } from "./line-context";
import { goTo, type Place } from "./place";
import { useObservable } from "./use-observable";

export type NotificationsState = "on" | "off" | "blocked" | "impossible";

export function notificationsState(): NotificationsState {
  if (!("Notification" in window)) return "impossible";
  if (Notification.permission === "denied") return "blocked";
  return Notification.permission === "granted" && localStorage.getItem(key) !== "off" ? "on" : "off";
}

export async function turnNotifications(on: boolean): Promise<NotificationsState> {
  if (on) await Notification.requestPermission();
  localStorage.setItem(key, on ? "on" : "off");
  return notificationsState();
}

const key = "durasip.notifications";

export function useNotifications(): void {
  const line = useLine();
  const nameOf = useNames();
  const conversations = useObservable(line.conversations.all);
  const open = useObservable(line.calls.open);
  const unreadBefore = useRef(new Map<string, number>());
  const rung = useRef(new Set<string>());

  useEffect(() => {
    for (const { peer, lines, unread } of conversations.values()) {
      const before = unreadBefore.current.get(peer) ?? 0;
      unreadBefore.current.set(peer, unread);
      const latest = lines.at(-1);
      if (unread > before && latest !== undefined) {
        notify(nameOf(peer), latest.text, `message ${peer}`, { kind: "conversation", peer });
      }
    }
  }, [conversations, nameOf]);
  useEffect(() => {
    for (const { id, peer, phase, direction } of open) {
      if (phase !== "ringing" || direction !== "incoming" || rung.current.has(id)) continue;
      rung.current.add(id);
      notify(`${nameOf(peer)} is calling`, "Open the page to answer.", `call ${id}`, { kind: "list" });
    }
  }, [open, nameOf]);
}

function notify(title: string, text: string, tag: string, place: Place): void {
  if (!document.hidden || notificationsState() !== "on") return;
  try {
    const shown = new Notification(title, { body: text.slice(0, 200), tag });
    shown.onclick = () => {
      window.focus();
      goTo(place);
      shown.close();
    };
  } catch {
    // Chrome on Android lets service workers alone notify; the title of the page tells then.
  }
}
