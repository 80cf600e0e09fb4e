// The accounts of a realm, page by page: the gateway searches and counts, this page holds fifty at a time, so that a
// hundred thousand are as quick as ten.

import { Plus, UserRoundSearch } from "lucide-react";
import { useState } from "react";
import { Button } from "../../design/button";
import { Select } from "../../design/field";
import { EmptyState } from "../../design/notice";
import { counted } from "../../format";
import type { AccountPage } from "../contract";
import { LoadedView } from "../loaded-view";
import { useOperator } from "../operator-context";
import { type Filter, listHref } from "../route";
import { useLoaded } from "../use-loaded";
import { go } from "../use-route";
import { RealmSelect, useRealm, ViewHead } from "../view-head";
import { AccountTable } from "./account-table";
import { CreateAccount } from "./create-account";
import { SearchField } from "./search-field";

const states = [
  { value: "", label: "All" },
  { value: "online", label: "Online", isTold: true },
  { value: "in-call", label: "In a call", isTold: true },
  { value: "disabled", label: "Disabled" },
];

const beat = 10_000;

export function AccountsView({ filter }: { readonly filter: Filter }) {
  const { api, realms } = useOperator();
  const realm = useRealm(filter);
  const [isCreating, setCreating] = useState(false);
  const hasFigures = realms.some((each) => each.realm === realm && each.figures);
  const { query, state, after } = filter;
  const asked = { realm, query, state, after };
  const page = useLoaded(JSON.stringify(["accounts", asked]), (signal) => api.accounts(asked, signal), {
    every: beat,
  });
  const narrow = (change: Filter, how: "push" | "replace" = "push") =>
    go(listHref("accounts", { ...filter, after: undefined, ...change }), how);
  return (
    <>
      <ViewHead title="Accounts" about={page.value && <Total page={page.value} realm={realm} />}>
        <Button kind="primary" icon={<Plus aria-hidden="true" />} onClick={() => setCreating(true)}>
          New account
        </Button>
      </ViewHead>
      <search className="filters">
        <SearchField value={query ?? ""} onSearch={(value) => narrow({ query: value }, "replace")} />
        <Select
          label="State"
          hideLabel
          value={state ?? ""}
          onValue={(value) => narrow({ state: value })}
          options={states.filter(({ isTold }) => hasFigures || !isTold)}
        />
        <RealmSelect view="accounts" filter={filter} />
      </search>
      <LoadedView loaded={page} what="The accounts">
        {(value) => (
          <>
            <AccountTable
              accounts={value.accounts}
              empty={<NoAccounts isFiltered={Boolean(query || state || after)} />}
            />
            <Pages filter={filter} next={value.next} />
          </>
        )}
      </LoadedView>
      <CreateAccount open={isCreating} realm={realm} onClose={() => setCreating(false)} />
    </>
  );
}

const Total = ({ page, realm }: { readonly page: AccountPage; readonly realm: string }) =>
  page.total === undefined ? realm : `${counted(page.total, "account")} in ${realm}`;

const NoAccounts = ({ isFiltered }: { readonly isFiltered: boolean }) => (
  <EmptyState
    icon={<UserRoundSearch aria-hidden="true" />}
    title={isFiltered ? "No such account" : "No account yet"}
  >
    {isFiltered
      ? "No account of this realm matches. Search for a shorter part of the name, or for any state."
      : "Make one here, or let bearer tokens make them (TOKEN_CREATES_ACCOUNTS)."}
  </EmptyState>
);

function Pages({ filter, next }: { readonly filter: Filter; readonly next: string | undefined }) {
  const isFirst = filter["after"] === undefined;
  if (isFirst && next === undefined) return null;
  return (
    <nav className="pages" aria-label="Pages">
      {!isFirst && <a href={listHref("accounts", { ...filter, after: undefined })}>First page</a>}
      {next !== undefined && <a href={listHref("accounts", { ...filter, after: next })}>Next page</a>}
    </nav>
  );
}
