// Who lives at this name: an account, an alias, nobody, or, in a demo, whoever knows the demo password.

import { ha1Set } from "../auth/digest";
import type { Account } from "../contracts/account";
import { aorHost, aorUser } from "../sip/uri/address-of-record";
import { emit, type Scope, type Turn } from "./turn";

/** The enabled account of this home. */
export function accountOf({ state }: Pick<Turn, "state">): Account | undefined {
  const { tenancy } = state;
  return tenancy?.kind === "account" && tenancy.account.enabled ? tenancy.account : undefined;
}

/** `sip:user@domain` with the case the user writes. */
export const entityOf = (turn: Turn): string => `sip:${accountOf(turn)?.spelling ?? turn.state.aor}`;

/**
 * The account to reach: in a demo the named users are there before they have ever logged in. Making one is a
 * row, so it is done only where a row is about to be needed.
 */
export function reachableAccount(turn: Turn): Account | undefined {
  const account = accountOf(turn);
  if (account !== undefined || turn.state.tenancy !== undefined) return account;
  const { demo } = turn.ports.settings;
  if (demo?.accounts.includes(aorUser(turn.state.aor)) !== true) return undefined;
  return createAccount(turn, demoAccount(turn, turn.state.aor, demo.password));
}

/** The account a login is judged against: the one there is, or in a demo the one that a right login will make. */
export function accountToJudge(scope: Scope, spelling: string): Account | undefined {
  const { tenancy } = scope.state;
  const { demo } = scope.ports.settings;
  if (tenancy !== undefined || demo === undefined) return accountOf(scope);
  return demoAccount(scope, spelling, demo.password);
}

/** Makes the account, unless it is there already, and has the realm's list told. */
export function createAccount(turn: Turn, account: Account): Account {
  if (turn.state.tenancy !== undefined) return account;
  turn.state.tenancy = { kind: "account", account };
  emit(turn, { kind: "putTenancy", tenancy: turn.state.tenancy }, { kind: "announce", change: "added" });
  return account;
}

/** An account without a password: for one who comes by token. */
export const tokenAccount = (scope: Scope, spelling: string): Account => ({
  aor: scope.state.aor,
  spelling,
  ha1s: { user: {}, aor: {} },
  aliases: [],
  enabled: true,
  blocked: [],
  createdAt: scope.now,
});

function demoAccount(scope: Scope, spelling: string, password: string): Account {
  const user = spelling.slice(0, spelling.lastIndexOf("@"));
  const realm = aorHost(scope.state.aor);
  return {
    ...tokenAccount(scope, `${user}@${realm}`),
    ha1s: ha1Set(scope.ports.keyring.hash, user, realm, password),
  };
}
