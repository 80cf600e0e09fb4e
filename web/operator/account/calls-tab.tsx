// The dialogs that are open now, and the log of calls behind them.

import { PhoneOff } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../design/badge";
import { EmptyState } from "../../design/notice";
import { Table } from "../../design/table";
import { duration } from "../../format";
import { addressOf, OutcomeBadge } from "../call-words";
import type { LoggedCall, OpenDialog } from "../contract";
import { LoadedView } from "../loaded-view";
import { useApi } from "../operator-context";
import { Pager } from "../pager";
import { ladderHref } from "../route";
import { useLoaded } from "../use-loaded";
import { Ago } from "../when";

const beat = 5000;

export const CallsTab = ({ aor }: { readonly aor: string }) => (
  <div className="tab-sections">
    <OpenDialogs aor={aor} />
    <CallLog aor={aor} />
  </div>
);

function OpenDialogs({ aor }: { readonly aor: string }) {
  const api = useApi();
  const dialogs = useLoaded(`dialogs ${aor}`, (signal) => api.dialogs(aor, signal), { every: beat });
  return (
    <section aria-labelledby="dialogs-title">
      <h2 id="dialogs-title">Open now</h2>
      <LoadedView loaded={dialogs} what="The open dialogs">
        {(all) => (
          <Table
            caption="Open dialogs"
            rows={openOnes(all)}
            rowKey={({ id }) => id}
            empty={<p className="nothing">No call and no other dialog is open.</p>}
            columns={[
              { header: "With", cell: (dialog) => <DialogLink aor={aor} dialog={dialog} /> },
              { header: "For", cell: ({ usages }) => usages.join(", ") },
              {
                header: "State",
                cell: ({ state }) => (
                  <Badge tone={state === "confirmed" ? "accent" : "neutral"}>{state}</Badge>
                ),
              },
              {
                header: "Since",
                from: "tablet",
                cell: ({ since }) => (since === undefined ? "–" : <Ago at={since} />),
              },
            ]}
          />
        )}
      </LoadedView>
    </section>
  );
}

/** Calls first. */
function openOnes(all: readonly OpenDialog[]): readonly OpenDialog[] {
  const isCall = ({ usages }: OpenDialog): boolean => usages.includes("invite");
  const open = all.filter(({ state }) => state !== "ended");
  return [...open.filter(isCall), ...open.filter((dialog) => !isCall(dialog))];
}

const DialogLink = ({
  aor,
  dialog: { callId, peer },
}: {
  readonly aor: string;
  readonly dialog: OpenDialog;
}) => <a href={ladderHref(aor, callId)}>{peer === "" ? "not known yet" : addressOf(peer)}</a>;

function CallLog({ aor }: { readonly aor: string }) {
  const api = useApi();
  const [before, setBefore] = useState<string>();
  const calls = useLoaded(
    `calls ${aor} ${before}`,
    (signal) => api.calls(aor, before, signal),
    before === undefined ? { every: beat } : {},
  );
  return (
    <section aria-labelledby="log-title">
      <h2 id="log-title">Log</h2>
      <LoadedView loaded={calls} what="The log of calls">
        {(page) => (
          <>
            <Table
              caption="Log of calls"
              rows={page.calls}
              rowKey={({ id }) => id}
              empty={
                <EmptyState icon={<PhoneOff aria-hidden="true" />} title="No call yet">
                  Calls of {aor} appear here as they begin.
                </EmptyState>
              }
              columns={columnsFor(aor)}
            />
            <Pager
              isFirst={before === undefined}
              next={page.next}
              onGo={setBefore}
              more="Older calls"
              first="Newest"
            />
          </>
        )}
      </LoadedView>
    </section>
  );
}

const columnsFor = (aor: string) => [
  { header: "With", cell: (call: LoggedCall) => <CallLink aor={aor} call={call} /> },
  {
    header: "Outcome",
    cell: ({ outcome, status }: LoggedCall) => <OutcomeBadge outcome={outcome} status={status} />,
  },
  { header: "Began", from: "tablet" as const, cell: ({ startedAt }: LoggedCall) => <Ago at={startedAt} /> },
  {
    header: "Talked",
    align: "end" as const,
    from: "tablet" as const,
    cell: (call: LoggedCall) => (call.duration === undefined ? "–" : duration(call.duration)),
  },
];

function CallLink({ aor, call }: { readonly aor: string; readonly call: LoggedCall }) {
  const { peer, peerName, direction, callId } = call;
  const address = addressOf(peer);
  const words = `${direction === "incoming" ? "from" : "to"} ${address}`;
  return (
    <span className="call-with">
      <a href={ladderHref(aor, callId)}>{words}</a>
      {peerName !== undefined && <span className="faint">{peerName}</span>}
      <span className="only-narrow faint">
        <Ago at={call.startedAt} />
      </span>
    </span>
  );
}
