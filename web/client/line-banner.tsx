// Says that the connection is gone, above everything and moving nothing; calls that are talked go on meanwhile.

import { Spinner } from "../design/notice";
import "./line-banner.css";
import { useLine } from "./line-context";
import { useObservable } from "./use-observable";

export function LineBanner() {
  const { kind } = useObservable(useLine().state);
  const open = useObservable(useLine().calls.open);
  if (kind !== "waiting") return null;
  return (
    <div className="line-banner">
      <Spinner label="Reconnecting" />
      <p>
        {open.some(({ phase }) => phase === "active")
          ? "The connection to the gateway is gone; your call goes on. Reconnecting…"
          : "No connection. Reconnecting by itself…"}
      </p>
    </div>
  );
}
