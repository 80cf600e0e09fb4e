// What the recorder has, by exchange: one call, one message, one subscription; each leads to its ladder.

import { CircleX, FileX } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "../../design/notice";
import { Table } from "../../design/table";
import { addressOf } from "../call-words";
import type { Exchange } from "../contract";
import { LoadedView } from "../loaded-view";
import { useApi } from "../operator-context";
import { Pager } from "../pager";
import { ladderHref } from "../route";
import { useLoaded } from "../use-loaded";
import { go } from "../use-route";
import { Ago } from "../when";

const beat = 5000;

export function ExchangeList({ aor }: { readonly aor: string }) {
  const api = useApi();
  const [before, setBefore] = useState<string>();
  const page = useLoaded(
    `exchanges ${aor} ${before}`,
    (signal) => api.exchanges(aor, before, signal),
    before === undefined ? { every: beat } : {},
  );
  return (
    <section aria-labelledby="exchanges-title">
      <h2 id="exchanges-title">Recorded</h2>
      <LoadedView loaded={page} what="What was recorded">
        {({ exchanges, next }) => (
          <>
            <Table
              caption="Recorded exchanges"
              rows={exchanges}
              rowKey={({ callId, method }) => `${callId} ${method}`}
              onRow={({ callId }) => go(ladderHref(aor, callId))}
              empty={
                <EmptyState icon={<FileX aria-hidden="true" />} title="Nothing was recorded">
                  Switch the recorder on, then let the user try once more.
                </EmptyState>
              }
              columns={[
                { header: "What", cell: (each) => <ExchangeLink aor={aor} exchange={each} /> },
                { header: "With", from: "tablet", cell: ({ peer }) => addressOf(peer) },
                { header: "Last", cell: ({ lastAt }) => <Ago at={lastAt} /> },
                { header: "Messages", align: "end", from: "tablet", cell: ({ messages }) => messages },
              ]}
            />
            <Pager isFirst={before === undefined} next={next} onGo={setBefore} more="Older" first="Newest" />
          </>
        )}
      </LoadedView>
    </section>
  );
}

const ExchangeLink = ({ aor, exchange }: { readonly aor: string; readonly exchange: Exchange }) => (
  <span className="exchange">
    {exchange.failed && <CircleX aria-label="failed" />}
    <a href={ladderHref(aor, exchange.callId)} className={exchange.failed ? "exchange-failed" : undefined}>
      {exchange.summary === "" ? exchange.method : exchange.summary}
    </a>
    <span className="faint">{exchange.method}</span>
    <span className="only-narrow faint">{addressOf(exchange.peer)}</span>
  </span>
);
