// What comes in while the user looks elsewhere, for those who hear the page: messages of other conversations, and
// whether the line stands. (An open conversation is a log, and incoming calls are dialogs: both speak for themselves.)

import { useEffect, useRef, useState } from "react";
import { useLine, useNames } from "./line-context";
import { useObservable } from "./use-observable";

export function Announcements({ current }: { readonly current: string | undefined }) {
  const line = useLine();
  const nameOf = useNames();
  const conversations = useObservable(line.conversations.all);
  const known = useRef(new Map<string, number>());
  const [words, setWords] = useState("");

  useEffect(() => {
    for (const { peer, lines, unread } of conversations.values()) {
      const before = known.current.get(peer) ?? 0;
      known.current.set(peer, unread);
      const latest = lines.at(-1);
      if (unread > before && peer !== current && latest?.mark === undefined) {
        setWords(`Message from ${nameOf(peer)}: ${latest?.text.slice(0, 200) ?? ""}`);
      }
    }
  }, [conversations, current, nameOf]);
  return (
    <div className="unseen" aria-live="polite">
      {words}
    </div>
  );
}
