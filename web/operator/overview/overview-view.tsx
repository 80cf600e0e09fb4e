// The realm at a glance: who is here now, what happened in the last hour, what it costs, and which calls failed.

import { ChartNoAxesColumn } from "lucide-react";
import { EmptyState, Skeleton } from "../../design/notice";
import { clockTime } from "../../format";
import type { Figures } from "../contract";
import { LoadedView } from "../loaded-view";
import { useApi } from "../operator-context";
import type { Filter } from "../route";
import { useLoaded } from "../use-loaded";
import { RealmSelect, useRealm, ViewHead } from "../view-head";
import { CostCard } from "./cost-card";
import { FigureTiles } from "./figure-tiles";
import { LatestCalls } from "./latest-calls";
import { NowBar } from "./now-bar";
import "./overview.css";

const beat = 5000;

export function OverviewView({ filter }: { readonly filter: Filter }) {
  const api = useApi();
  const realm = useRealm(filter);
  const figures = useLoaded(`figures ${realm}`, (signal) => api.figures(realm, signal), { every: beat });
  const at = figures.value?.enabled ? figures.value.at : undefined;
  return (
    <>
      <ViewHead
        title="Overview"
        about={
          <>
            {realm}
            {at !== undefined && `, at ${clockTime(at)}`}
          </>
        }
      >
        <RealmSelect view="overview" filter={filter} />
      </ViewHead>
      <LoadedView loaded={figures} what="The figures" skeleton={<Skeleton lines={14} />}>
        {(value) => (value.enabled ? <Live figures={value} /> : <Off />)}
      </LoadedView>
      <LatestCalls realm={realm} />
    </>
  );
}

const Live = ({ figures }: { readonly figures: Figures }) => (
  <>
    {figures.now && <NowBar now={figures.now} />}
    <FigureTiles minutes={figures.minutes ?? []} at={figures.at} />
    {figures.cost && <CostCard cost={figures.cost} />}
  </>
);

const Off = () => (
  <div className="figures-off">
    <EmptyState icon={<ChartNoAxesColumn aria-hidden="true" />} title="This gateway keeps no figures">
      Set the variable <code>FIGURES</code> to <code>on</code> and deploy again: registrations, calls,
      messages and errors of each minute are then gathered here, with an estimate of their cost. Nothing of it
      says who wrote to whom.
    </EmptyState>
  </div>
);
