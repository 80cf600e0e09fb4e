// The view that the route names. Its title is the page's, and the focus goes to its heading when one comes from another.

import { Compass } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { EmptyState } from "../design/notice";
import { AccountView } from "./account/account-view";
import { AccountsView } from "./accounts/accounts-view";
import { CallsView } from "./calls-view";
import { LadderPage } from "./ladder-page";
import { OverviewView } from "./overview/overview-view";
import type { Route } from "./route";
import { SettingsView } from "./settings-view";
import { useRoute } from "./use-route";
import { ViewHead } from "./view-head";

export function Views() {
  const route = useRoute();
  const title = titleOf(route);
  useEffect(() => {
    document.title = `${title} · durasip operator`;
  }, [title]);
  useFocusOnHeading(placeOf(route));
  return useMemo(() => viewOf(route), [route]);
}

/** What is another place: a narrower list and another tab are the same. */
function placeOf(route: Route): string {
  if (route.view === "account") return `account ${route.aor}`;
  return route.view === "ladder" ? `ladder ${route.callId}` : route.view;
}

/** The link that was followed is gone with its view: without this the keyboard would begin at the top. */
function useFocusOnHeading(place: string): void {
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    document.querySelector<HTMLElement>("main h1")?.focus();
  }, [place]);
}

function viewOf(route: Route) {
  switch (route.view) {
    case "overview":
      return <OverviewView filter={route.filter} />;
    case "calls":
      return <CallsView filter={route.filter} />;
    case "accounts":
      return <AccountsView filter={route.filter} />;
    case "settings":
      return <SettingsView />;
    case "account":
      return <AccountView key={route.aor} aor={route.aor} tab={route.tab} />;
    case "ladder":
      return <LadderPage key={`${route.aor} ${route.callId}`} aor={route.aor} callId={route.callId} />;
    case "unknown":
      return <Nowhere />;
  }
}

const Nowhere = () => (
  <>
    <ViewHead title="Not found" />
    <EmptyState
      icon={<Compass aria-hidden="true" />}
      title="There is no such page"
      action={<a href="#/">To the overview</a>}
    >
      The address is misspelt, or from another version.
    </EmptyState>
  </>
);

function titleOf(route: Route): string {
  if (route.view === "account") return route.aor;
  if (route.view === "ladder") return `A call of ${route.aor}`;
  return {
    overview: "Overview",
    calls: "Calls",
    accounts: "Accounts",
    settings: "Settings",
    unknown: "Not found",
  }[route.view];
}
