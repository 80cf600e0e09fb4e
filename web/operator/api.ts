// The administration API as calls with types. Every answer is read, nothing is kept.

import type { Ladder } from "../../src/contracts/ladder";
import { type Http, openHttp } from "../api/http";
import type { LadderSource } from "../ladder/contract";
import type {
  Account,
  AccountPage,
  CallPage,
  Device,
  ExchangePage,
  Figures,
  LoggedCall,
  MessagePage,
  OpenDialog,
  Publication,
  RealmCall,
  RealmFigures,
  Recording,
  Setting,
  Subscription,
} from "./contract";

export interface AccountFilter {
  readonly realm: string | undefined;
  readonly query?: string | undefined;
  readonly state?: string | undefined;
  readonly after?: string | undefined;
}

export interface CallFilter {
  readonly before?: string | undefined;
  readonly outcome?: string | undefined;
  readonly limit?: number;
}

export interface AccountChange {
  readonly password?: string;
  readonly enabled?: boolean;
}

const pageLength = 50;
const accountPath = (aor: string): string => `/v1/accounts/${encodeURIComponent(aor)}`;
const realmPath = (realm: string): string => `/v1/realms/${encodeURIComponent(realm)}`;

export type Api = ReturnType<typeof openApi>;

/** The API as whoever holds the admin token. */
export const openApi = (token: string) => ({ ...realms(openHttp(token)), ...accounts(openHttp(token)) });

const realms = (http: Http) => ({
  realms: async (signal?: AbortSignal): Promise<readonly RealmFigures[]> =>
    (await http.json<{ realms: readonly RealmFigures[] }>("/v1/realms", signed(signal))).realms,
  figures: (realm: string, signal: AbortSignal): Promise<Figures> =>
    http.json(`${realmPath(realm)}/figures`, { query: { minutes: 60 }, signal }),
  realmCalls: (realm: string, filter: CallFilter, signal: AbortSignal): Promise<CallPage<RealmCall>> =>
    http.json(`${realmPath(realm)}/calls`, { query: { limit: pageLength, ...filter }, signal }),
  settings: async (signal: AbortSignal): Promise<readonly Setting[]> =>
    (await http.json<{ settings: readonly Setting[] }>("/v1/settings", { signal })).settings,
});

const accounts = (http: Http) => ({
  accounts: (filter: AccountFilter, signal: AbortSignal): Promise<AccountPage> =>
    http.json("/v1/accounts", { query: { limit: pageLength, ...filter }, signal }),
  createAccount: (aor: string, password: string): Promise<Account> =>
    http.json("/v1/accounts", {
      method: "POST",
      body: { aor, ...(password === "" ? {} : { password }) },
    }),
  ...oneAccount(http),
  ...recorder(http),
});

const oneAccount = (http: Http) => ({
  account: (aor: string, signal: AbortSignal): Promise<Account> => http.json(accountPath(aor), { signal }),
  changeAccount: (aor: string, body: AccountChange): Promise<Account> =>
    http.json(accountPath(aor), { method: "PATCH", body }),
  deleteAccount: (aor: string): Promise<void> => http.json(accountPath(aor), { method: "DELETE" }),
  devices: async (aor: string, signal: AbortSignal): Promise<readonly Device[]> =>
    (await http.json<{ devices: readonly Device[] }>(`${accountPath(aor)}/devices`, { signal })).devices,
  disconnect: (aor: string, id: string, forget: boolean): Promise<void> =>
    http.json(`${accountPath(aor)}/devices/${encodeURIComponent(id)}`, {
      method: "DELETE",
      query: { forget: String(forget) },
    }),
  dialogs: async (aor: string, signal: AbortSignal): Promise<readonly OpenDialog[]> =>
    (await http.json<{ dialogs: readonly OpenDialog[] }>(`${accountPath(aor)}/dialogs`, { signal })).dialogs,
  calls: (aor: string, before: string | undefined, signal: AbortSignal): Promise<CallPage<LoggedCall>> =>
    http.json(`${accountPath(aor)}/calls`, { query: { before, limit: pageLength }, signal }),
  messages: (aor: string, after: number, signal: AbortSignal): Promise<MessagePage> =>
    http.json(`${accountPath(aor)}/messages`, { query: { after, limit: pageLength }, signal }),
  subscriptions: async (aor: string, signal: AbortSignal): Promise<readonly Subscription[]> =>
    (
      await http.json<{ subscriptions: readonly Subscription[] }>(`${accountPath(aor)}/subscriptions`, {
        signal,
      })
    ).subscriptions,
  publications: async (aor: string, signal: AbortSignal): Promise<readonly Publication[]> =>
    (
      await http.json<{ publications: readonly Publication[] }>(`${accountPath(aor)}/publications`, {
        signal,
      })
    ).publications,
});

const recorder = (http: Http) => ({
  recording: (aor: string, signal: AbortSignal): Promise<Recording> =>
    http.json(`${accountPath(aor)}/recording`, { signal }),
  record: (aor: string, seconds: number, bodies: boolean): Promise<Recording> =>
    http.json(`${accountPath(aor)}/recording`, { method: "PUT", body: { seconds, bodies } }),
  stopRecording: (aor: string, forget: boolean): Promise<Recording> =>
    http.json(`${accountPath(aor)}/recording`, { method: "DELETE", query: { forget: String(forget) } }),
  exchanges: (aor: string, before: string | undefined, signal: AbortSignal): Promise<ExchangePage> =>
    http.json(`${accountPath(aor)}/recording/exchanges`, { query: { before, limit: pageLength }, signal }),
  /** One call's ladder, for the ladder's own component. */
  ladder(aor: string, callId: string): LadderSource {
    const path = `${accountPath(aor)}/ladders/${encodeURIComponent(callId)}`;
    return {
      read: (after, signal): Promise<Ladder> => http.json(path, { query: { after }, signal }),
      export: (format) => http.file(`${path}/export`, { query: { format } }),
      share: (seconds) => http.json(`${path}/share`, { method: "POST", body: { seconds } }),
    };
  },
});

const signed = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });
