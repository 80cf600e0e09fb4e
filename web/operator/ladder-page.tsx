// One call's ladder within the operator's view.

import { useMemo } from "react";
import { LadderView } from "../ladder/ladder-view";
import { useApi } from "./operator-context";
import { accountHref } from "./route";
import { ViewHead } from "./view-head";

export function LadderPage({ aor, callId }: { readonly aor: string; readonly callId: string }) {
  const api = useApi();
  const source = useMemo(() => api.ladder(aor, callId), [api, aor, callId]);
  return (
    <>
      <ViewHead
        title="Ladder"
        about={
          <>
            <a href={accountHref(aor, "calls")}>{aor}</a>
            <span className="call-id"> Call-ID {callId}</span>
          </>
        }
      />
      <LadderView source={source} />
    </>
  );
}
