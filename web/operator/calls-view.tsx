// The realm's recent calls, newest first; each leads to its ladder.

import { PhoneOff } from "lucide-react";
import { Select } from "../design/field";
import { EmptyState } from "../design/notice";
import { CallTable } from "./call-table";
import { LoadedView } from "./loaded-view";
import { useApi } from "./operator-context";
import { type Filter, listHref } from "./route";
import { useLoaded } from "./use-loaded";
import { go } from "./use-route";
import { RealmSelect, useRealm, ViewHead } from "./view-head";

const outcomes = [
  { value: "", label: "All calls" },
  { value: "answered,forwarded", label: "Answered" },
  { value: "noAnswer,busy,declined,cancelled,failed", label: "Not answered" },
  { value: "failed", label: "Failed" },
];

const beat = 5000;

export function CallsView({ filter }: { readonly filter: Filter }) {
  const api = useApi();
  const realm = useRealm(filter);
  const { outcome = "", before } = filter;
  const asked = { before, outcome: outcome === "" ? undefined : outcome };
  const calls = useLoaded(
    JSON.stringify(["calls", realm, asked]),
    (signal) => api.realmCalls(realm, asked, signal),
    before === undefined ? { every: beat } : {},
  );
  return (
    <>
      <ViewHead
        title="Calls"
        about="The realm’s calls that are over, newest first. Open one to see who sent what to whom."
      >
        <RealmSelect view="calls" filter={filter} />
        <Select
          label="Outcome"
          hideLabel
          value={outcome}
          onValue={(value) => go(listHref("calls", { ...filter, outcome: value, before: undefined }))}
          options={outcomes}
        />
      </ViewHead>
      <LoadedView loaded={calls} what="The calls">
        {(page) => (
          <>
            <CallTable calls={page.calls} empty={<NoCalls isFiltered={outcome !== ""} />} />
            <Pages filter={filter} next={page.next} />
          </>
        )}
      </LoadedView>
    </>
  );
}

const NoCalls = ({ isFiltered }: { readonly isFiltered: boolean }) => (
  <EmptyState icon={<PhoneOff aria-hidden="true" />} title={isFiltered ? "No such call" : "No call yet"}>
    {isFiltered
      ? "None of the calls that are kept went that way."
      : "Calls appear here when they are over, while FIGURES is on."}
  </EmptyState>
);

function Pages({ filter, next }: { readonly filter: Filter; readonly next: string | undefined }) {
  const isFirst = filter["before"] === undefined;
  if (isFirst && next === undefined) return null;
  return (
    <nav className="pages" aria-label="Pages">
      {!isFirst && <a href={listHref("calls", { ...filter, before: undefined })}>Newest</a>}
      {next !== undefined && <a href={listHref("calls", { ...filter, before: next })}>Older calls</a>}
    </nav>
  );
}
