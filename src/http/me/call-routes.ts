// The user's own calls and what he has decided about those to come, under /v1/me.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import type { CallRules } from "../../contracts/call-rules";
import { faultsOfTargets } from "../admin/account-rules";
import { addressOfRecord, noSuchAccount } from "../admin/address-parameter";
import { callPage, callPageQuery } from "../admin/call-schemas";
import { problemResponses } from "../admin/problem-responses";
import { callRules } from "../admin/rule-schemas";
import type { AppEnv } from "../app-env";
import { log } from "../log";
import { twice } from "../objects";
import { invalidRequest, problemResponse, tooLarge } from "../problem";
import { aorQuery, challengeFirst, closePath, openToPages, ownSecurity, userOf } from "./own-routes";

const tags = ["Calls"];
const callsPath = "/me/calls";
const rulesPath = "/me/rules";
const longestBody = 64 * 1024;
const json = <Schema extends z.ZodType>(schema: Schema) => ({ "application/json": { schema } });

const ownRules = callRules
  .extend({ blocked: z.array(addressOfRecord).max(1000).default([]) })
  .openapi("OwnCallRules", { required: [] });

const readCalls = createRoute({
  method: "get",
  path: callsPath,
  tags,
  summary: "The user's own log of calls, newest first",
  security: ownSecurity,
  request: { query: callPageQuery.extend(aorQuery) },
  responses: {
    200: { description: "One page", content: json(callPage) },
    ...problemResponses(400, 403, 404, 429),
  },
});

const readRules = createRoute({
  method: "get",
  path: rulesPath,
  tags,
  summary: "What the user has decided about calls to him",
  security: ownSecurity,
  request: { query: z.object(aorQuery) },
  responses: {
    200: { description: "The rules", content: json(ownRules) },
    ...problemResponses(400, 403, 404, 429),
  },
});

const putRules = createRoute({
  method: "put",
  path: rulesPath,
  tags,
  summary: "Decide it anew",
  description: "The whole of it: what is left out is off.",
  security: ownSecurity,
  request: { query: z.object(aorQuery), body: { content: json(ownRules), required: true } },
  responses: {
    200: { description: "The rules as they are now", content: json(ownRules) },
    ...problemResponses(400, 403, 404, 413, 415, 429),
  },
});

/** Adds the routes. They come before whatever asks for the administrator. */
export function addOwnCallRoutes(api: OpenAPIHono<AppEnv>): void {
  openToPages(api, callsPath, ["GET"]);
  openToPages(api, rulesPath, ["GET", "PUT"]);
  challengeFirst(api, rulesPath, "rules");
  api.use(
    rulesPath,
    bodyLimit({ maxSize: longestBody, onError: () => problemResponse(tooLarge("A body holds 64 KiB.")) }),
  );
  api.openapi(readCalls, async (c) => {
    const user = await userOf(c, "calls");
    if (!user.ok) return problemResponse(user.error);
    const { before, limit } = c.req.valid("query");
    const page = await twice(() => c.env.objects.home(user.value.aor).readCalls(before, limit));
    return page === undefined ? problemResponse(noSuchAccount) : c.json(page, 200);
  });
  api.openapi(readRules, async (c) => {
    const user = await userOf(c, "rules");
    if (!user.ok) return problemResponse(user.error);
    const account = await twice(() => c.env.objects.home(user.value.aor).readAccount());
    if (account === undefined) return problemResponse(noSuchAccount);
    return c.json({ ...(account.rules ?? noRules), blocked: account.blocked }, 200);
  });
  api.openapi(putRules, async (c) => {
    const user = await userOf(c, "rules");
    if (!user.ok) return problemResponse(user.error);
    const { aor } = user.value;
    const { blocked, ...rules } = c.req.valid("json");
    const faults = faultsOfTargets(aor, { rules });
    if (faults.length > 0) return problemResponse(invalidRequest(faults));
    const outcome = await twice(() => c.env.objects.home(aor).putAccount(aor, { rules, blocked }, "put"));
    if (outcome.kind === "conflict") return problemResponse(noSuchAccount);
    log("info", "rules changed", { aor });
    return c.json({ ...(outcome.account.rules ?? noRules), blocked: outcome.account.blocked }, 200);
  });
  closePath(api, callsPath, ["GET"]);
  closePath(api, rulesPath, ["GET", "PUT"]);
}

const noRules: CallRules = { doNotDisturb: false, forward: {} };
