// One account: what may be done with it, and behind tabs all that its object knows.

import { useState } from "react";
import { Badge } from "../../design/badge";
import { Tabs } from "../../design/tabs";
import { fullTime } from "../../format";
import type { Account } from "../contract";
import { LoadedView } from "../loaded-view";
import { useApi } from "../operator-context";
import { type AccountTab, accountHref } from "../route";
import { useLoaded } from "../use-loaded";
import { go } from "../use-route";
import { ViewHead } from "../view-head";
import "./account.css";
import { AccountActions } from "./account-actions";
import { CallsTab } from "./calls-tab";
import { DevicesTab } from "./devices-tab";
import { EventsTab } from "./events-tab";
import { MessagesTab } from "./messages-tab";
import { RecorderTab } from "./recorder-tab";

export interface AccountViewProps {
  readonly aor: string;
  readonly tab: AccountTab;
}

export function AccountView({ aor, tab }: AccountViewProps) {
  const api = useApi();
  const loaded = useLoaded(`account ${aor}`, (signal) => api.account(aor, signal));
  const [changed, setChanged] = useState<Account>();
  const account = changed ?? loaded.value;
  return (
    <>
      <ViewHead
        title={
          <>
            {account?.spelling ?? aor} {account?.enabled === false && <Badge tone="warning">disabled</Badge>}
          </>
        }
        about={account === undefined ? "" : <About account={account} />}
      >
        {account && <AccountActions account={account} onChange={setChanged} />}
      </ViewHead>
      <LoadedView loaded={loaded} what="The account">
        {() => <AccountTabs aor={aor} tab={tab} />}
      </LoadedView>
    </>
  );
}

function About({ account: { createdAt, aliases, algorithms } }: { readonly account: Account }) {
  const login = algorithms.length === 0 ? "by token alone" : `by ${algorithms.join(", ")}`;
  const names = aliases.length === 0 ? "" : ` Also ${aliases.join(", ")}.`;
  return `Created ${fullTime(createdAt)}. Signs in ${login}.${names}`;
}

function AccountTabs({ aor, tab }: AccountViewProps) {
  return (
    <Tabs
      label="What is known of the account"
      value={tab}
      onValue={(chosen) => go(accountHref(aor, chosen))}
      className="account-tabs"
      tabs={[
        { value: "devices", label: "Devices", content: <DevicesTab aor={aor} /> },
        { value: "calls", label: "Calls", content: <CallsTab aor={aor} /> },
        { value: "messages", label: "Messages", content: <MessagesTab aor={aor} /> },
        { value: "events", label: "Events", content: <EventsTab aor={aor} /> },
        { value: "recorder", label: "Recorder", content: <RecorderTab aor={aor} /> },
      ]}
    />
  );
}
