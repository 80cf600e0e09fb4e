// One page of accounts.

import type { ReactNode } from "react";
import { Badge, Dot } from "../../design/badge";
import { Table } from "../../design/table";
import { count } from "../../format";
import type { ListedAccount } from "../contract";
import { accountHref } from "../route";
import { go } from "../use-route";
import { Ago } from "../when";

export interface AccountTableProps {
  readonly accounts: readonly ListedAccount[];
  readonly empty: ReactNode;
}

export const AccountTable = ({ accounts, empty }: AccountTableProps) => (
  <Table
    caption="Accounts"
    rows={accounts}
    rowKey={({ aor }) => aor}
    empty={empty}
    onRow={({ aor }) => go(accountHref(aor))}
    columns={[
      {
        header: "Account",
        cell: ({ aor }) => (
          <a href={accountHref(aor)} className="account-link">
            {aor}
          </a>
        ),
      },
      { header: "State", cell: (account) => <AccountState account={account} /> },
      {
        header: "Devices",
        align: "end",
        from: "tablet",
        cell: ({ live }) => (live === undefined ? "–" : count(live)),
      },
      {
        header: "Calls",
        align: "end",
        from: "tablet",
        cell: ({ calls }) => (calls === undefined ? "–" : count(calls)),
      },
      {
        header: "Last active",
        from: "tablet",
        cell: ({ lastActiveAt }) => (lastActiveAt === undefined ? "–" : <Ago at={lastActiveAt} />),
      },
      { header: "Created", from: "desk", cell: ({ createdAt }) => <Ago at={createdAt} /> },
    ]}
  />
);

function AccountState({ account: { enabled, live, calls } }: { readonly account: ListedAccount }) {
  if (enabled === false) return <Badge tone="warning">disabled</Badge>;
  if (calls) return <Badge tone="accent">in a call</Badge>;
  if (live === undefined) return <span className="faint">not told</span>;
  return (
    <span className="state">
      <Dot state={live > 0 ? "open" : "closed"} /> {live > 0 ? "online" : "offline"}
    </span>
  );
}
