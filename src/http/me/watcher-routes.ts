// Who watches the user, and his word on each of them, under /v1/me.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { err, ok, type Result } from "../../base/result";
import type { DecideOutcome, Decision } from "../../contracts/own-presence";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import { noSuchAccount } from "../admin/address-parameter";
import { problemResponses } from "../admin/problem-responses";
import type { AppEnv } from "../app-env";
import { log } from "../log";
import { twice } from "../objects";
import { invalidRequest, type Problem, problemResponse, tooLarge } from "../problem";
import { aorQuery, challengeFirst, closePath, openToPages, ownSecurity, userOf } from "./own-routes";
import { decidedWatcher, watcherDecision, watcherList, watcherParameter } from "./presence-schemas";

const tags = ["Presence"];
const listPath = "/me/watchers";
const path = "/me/watchers/{watcher}";
const routedPath = "/me/watchers/:watcher";
const longestBody = 4 * 1024;
const query = z.object(aorQuery);
const json = <Schema extends z.ZodType>(schema: Schema) => ({ "application/json": { schema } });

const listWatchers = createRoute({
  method: "get",
  path: listPath,
  tags,
  summary: "Who watches the user's presence, who waits for his word, and what he has decided",
  security: ownSecurity,
  request: { query },
  responses: {
    200: { description: "Subscriptions, in the order they came, and decisions", content: json(watcherList) },
    ...problemResponses(400, 403, 429),
  },
});

const putDecision = createRoute({
  method: "put",
  path,
  tags,
  summary: "Decide on a watcher",
  description: "A rule in the presence rules that XCAP clients read too (RFC 5025). It holds at once.",
  security: ownSecurity,
  request: { query, params: watcherParameter, body: { content: json(watcherDecision), required: true } },
  responses: {
    200: { description: "What holds now", content: json(decidedWatcher) },
    ...problemResponses(400, 403, 404, 409, 413, 415, 429),
  },
});

const deleteDecision = createRoute({
  method: "delete",
  path,
  tags,
  summary: "Take a decision back",
  security: ownSecurity,
  request: { query, params: watcherParameter },
  responses: {
    204: { description: "Nothing is decided on this watcher alone" },
    ...problemResponses(400, 403, 404, 409, 429),
  },
});

/** Adds the routes. They come before whatever asks for the administrator. */
export function addOwnWatcherRoutes(api: OpenAPIHono<AppEnv>): void {
  openToPages(api, listPath, ["GET"]);
  openToPages(api, routedPath, ["PUT", "DELETE"]);
  challengeFirst(api, routedPath, "watchers");
  api.use(
    routedPath,
    bodyLimit({ maxSize: longestBody, onError: () => problemResponse(tooLarge("A body holds 4 KiB.")) }),
  );
  api.openapi(listWatchers, async (c) => {
    const user = await userOf(c, "watchers");
    if (!user.ok) return problemResponse(user.error);
    return c.json(await twice(() => c.env.objects.home(user.value.aor).listWatchers()), 200);
  });
  api.openapi(putDecision, async (c) => {
    const { watcher } = c.req.valid("param");
    const { decision } = c.req.valid("json");
    const decided = await decideAs(c, watcher, decision);
    if (!decided.ok) return problemResponse(decided.error);
    return c.json({ aor: watcher, decision, verdict: decided.value }, 200);
  });
  api.openapi(deleteDecision, async (c) => {
    const decided = await decideAs(c, c.req.valid("param").watcher, undefined);
    return decided.ok ? c.body(null, 204) : problemResponse(decided.error);
  });
  closePath(api, listPath, ["GET"]);
  closePath(api, routedPath, ["PUT", "DELETE"]);
}

type Verdict = Extract<DecideOutcome, { kind: "decided" }>["verdict"];

/** The user who asks decides; what holds for the watcher now. */
async function decideAs(
  c: Context<AppEnv>,
  watcher: AddressOfRecord,
  decision: Decision | undefined,
): Promise<Result<Verdict, Problem>> {
  const user = await userOf(c, "watchers");
  if (!user.ok) return user;
  const { aor } = user.value;
  if (watcher === aor) return err(invalidRequest([{ where: "watcher", detail: "is the user himself" }]));
  const outcome = await twice(() => c.env.objects.home(aor).decideWatcher(watcher, decision));
  switch (outcome.kind) {
    case "decided":
      log("info", "watcher decided", { aor });
      return ok(outcome.verdict);
    case "refused":
      return err(rulesConflict);
    case "no-account":
      return err(noSuchAccount);
  }
}

const rulesConflict: Problem = {
  name: "rules-conflict",
  status: 409,
  title: "The user's presence rules cannot hold it",
};
