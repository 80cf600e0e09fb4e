// The tab's title: who calls, or how much is unread.

import { useEffect } from "react";
import { useLine, useNames } from "./line-context";
import { unreadIn } from "./people";
import { useObservable } from "./use-observable";

export function useDocumentTitle(): void {
  const line = useLine();
  const nameOf = useNames();
  const unread = unreadIn(useObservable(line.conversations.all));
  const ringing = useObservable(line.calls.open).find(
    ({ phase, direction }) => phase === "ringing" && direction === "incoming",
  );
  const own = nameOf(line.aor);
  const title =
    ringing === undefined
      ? `${unread > 0 ? `(${unread}) ` : ""}${own} · durasip`
      : `${nameOf(ringing.peer)} is calling · durasip`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(
    () => () => {
      document.title = "durasip";
    },
    [],
  );
}
