// Accounts: create, list, read, replace, change, delete. The account itself lives in its address-of-record's object;
// the realm's object keeps the list.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AccountChange, AccountView, ListedAccount } from "../../contracts/administration";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import type { AppEnv } from "../app-env";
import { log } from "../log";
import { twice } from "../objects";
import { invalidRequest, type Problem, problemResponse } from "../problem";
import { servesRealm } from "../upgrade/route-upgrade";
import { faultsOfChange } from "./account-rules";
import { account, accountChange, accountListQuery, accountPage, newAccount } from "./account-schemas";
import { addressParameter, noSuchAccount, noSuchRealm, spellingIn } from "./address-parameter";
import { problemResponses } from "./problem-responses";

const tags = ["Accounts"];
const json = <Schema extends z.ZodType>(schema: Schema) => ({ "application/json": { schema } });
const accountBody = (description: string) => ({ description, content: json(account) });
const created = {
  ...accountBody("The account was made"),
  headers: z.object({ Location: z.string().openapi({ example: "/v1/accounts/alice%40example.com" }) }),
};

const createAccount = createRoute({
  method: "post",
  path: "/accounts",
  tags,
  summary: "Create an account",
  request: { body: { content: json(newAccount), required: true } },
  responses: { 201: created, ...problemResponses(400, 404, 409, 413, 415) },
});

const listAccounts = createRoute({
  method: "get",
  path: "/accounts",
  tags,
  summary: "List a realm's accounts by name",
  request: { query: accountListQuery },
  responses: { 200: { description: "One page", content: json(accountPage) }, ...problemResponses(400, 404) },
});

const readAccount = createRoute({
  method: "get",
  path: "/accounts/{aor}",
  tags,
  summary: "Read an account",
  request: { params: addressParameter },
  responses: { 200: accountBody("The account"), ...problemResponses(400, 404) },
});

const replaceAccount = createRoute({
  method: "put",
  path: "/accounts/{aor}",
  tags,
  summary: "Create or replace an account",
  description:
    "Members left out take their defaults; credentials left out stay, since they cannot be read back.",
  request: { params: addressParameter, body: { content: json(accountChange), required: true } },
  responses: {
    200: accountBody("The account was replaced"),
    201: created,
    ...problemResponses(400, 404, 409, 413, 415),
  },
});

const changeAccount = createRoute({
  method: "patch",
  path: "/accounts/{aor}",
  tags,
  summary: "Change an account",
  description: "Members left out stay as they are.",
  request: { params: addressParameter, body: { content: json(accountChange), required: true } },
  responses: { 200: accountBody("The account as it is now"), ...problemResponses(400, 404, 409, 413, 415) },
});

const deleteAccount = createRoute({
  method: "delete",
  path: "/accounts/{aor}",
  tags,
  summary: "Delete an account and everything it holds",
  request: { params: addressParameter },
  responses: { 204: { description: "It is gone" }, ...problemResponses(400, 404) },
});

/** Adds the account routes. */
export function addAccountRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openapi(createAccount, async (c) => {
    const { aor: named, ...change } = c.req.valid("json");
    if (!servesRealm(named.aor, c.var.settings)) return problemResponse(noSuchRealm);
    return putAccount(c, named.aor, { spelling: named.spelling, ...change }, "create");
  });
  api.openapi(listAccounts, async (c) => {
    const { settings } = c.var;
    const { realm = settings.realms[0] ?? "", after, limit, query, state } = c.req.valid("query");
    if (!settings.realms.includes(realm)) return problemResponse(noSuchRealm);
    if (!settings.figures && (state === "online" || state === "in-call")) return problemResponse(untold);
    const filter = { query, state, counted: true };
    const page = await twice(() => c.env.objects.realm(realm).listAccounts(after, limit, filter));
    const accounts = page.accounts.map((listed) => accountLine(listed, settings.figures));
    return c.json({ ...page, accounts }, 200);
  });
  api.openapi(readAccount, async (c) => {
    const { aor } = c.req.valid("param");
    const view = await twice(() => c.env.objects.home(aor).readAccount());
    return view === undefined ? problemResponse(noSuchAccount) : c.json(view, 200);
  });
  api.openapi(replaceAccount, async (c) => {
    const { aor } = c.req.valid("param");
    const spelling = spellingIn(c.req.param("aor"), aor);
    return putAccount(c, aor, { ...defaults, ...c.req.valid("json") }, "put", spelling);
  });
  api.openapi(changeAccount, async (c) => {
    const { aor } = c.req.valid("param");
    const known = await twice(() => c.env.objects.home(aor).readAccount());
    if (known === undefined) return problemResponse(noSuchAccount);
    return putAccount(c, aor, c.req.valid("json"), "put");
  });
  api.openapi(deleteAccount, async (c) => {
    const { aor } = c.req.valid("param");
    const deleted = await twice(() => c.env.objects.home(aor).deleteAccount());
    if (!deleted) return problemResponse(noSuchAccount);
    log("info", "account deleted", { aor });
    return c.body(null, 204);
  });
}

const untold = invalidRequest([{ where: "state", detail: "needs FIGURES" }]);

/** What was told while figures were on is not told when they are off: it may be long ago. */
function accountLine({ aor, createdAt, enabled = true, ...told }: ListedAccount, hasFigures: boolean) {
  return { aor, createdAt, enabled, ...(hasFigures ? told : {}) };
}

const defaults: AccountChange = { aliases: [], blocked: [], rules: null, group: null, enabled: true };

async function putAccount(
  c: Context<AppEnv>,
  aor: AddressOfRecord,
  change: AccountChange,
  mode: "create" | "put",
  /** How the path writes the name: for an account that has no spelling of its own yet. */
  spelling: string = aor,
): Promise<Response> {
  const faults = faultsOfChange(aor, change, c.var.settings);
  if (faults.length > 0) return problemResponse(invalidRequest(faults));
  const outcome = await twice(() => c.env.objects.home(aor).putAccount(spelling, change, mode));
  if (outcome.kind === "conflict") return problemResponse(conflict(outcome.detail));
  log("info", `account ${outcome.kind}`, { aor });
  return accountAnswer(c, outcome.account, outcome.kind === "created");
}

function accountAnswer(c: Context<AppEnv>, view: AccountView, isNew: boolean): Response {
  if (isNew) c.header("Location", `/v1/accounts/${encodeURIComponent(view.aor)}`);
  return c.json(view, isNew ? 201 : 200);
}

const conflict = (detail: string): Problem => ({
  name: "account-conflict",
  status: 409,
  title: "It conflicts with what exists",
  detail,
});
