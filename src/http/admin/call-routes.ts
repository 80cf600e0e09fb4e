// The log of an account's calls: read in pages, cleared.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../app-env";
import { log } from "../log";
import { twice } from "../objects";
import { problemResponse } from "../problem";
import { addressParameter, noSuchAccount } from "./address-parameter";
import { callPage, callPageQuery } from "./call-schemas";
import { problemResponses } from "./problem-responses";

const tags = ["Calls"];
const path = "/accounts/{aor}/calls";
const params = addressParameter;

const readCalls = createRoute({
  method: "get",
  path,
  tags,
  summary: "Read the log of calls, newest first",
  request: { params, query: callPageQuery },
  responses: {
    200: { description: "One page", content: { "application/json": { schema: callPage } } },
    ...problemResponses(400, 404),
  },
});

const clearCalls = createRoute({
  method: "delete",
  path,
  tags,
  summary: "Clear the log of calls; those that go on stay",
  request: { params },
  responses: {
    200: {
      description: "How many it held",
      content: { "application/json": { schema: z.object({ removed: z.int() }).openapi("Cleared") } },
    },
    ...problemResponses(400, 404),
  },
});

/** Adds the routes. */
export function addCallRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openapi(readCalls, async (c) => {
    const { aor } = c.req.valid("param");
    const { before, limit } = c.req.valid("query");
    const page = await twice(() => c.env.objects.home(aor).readCalls(before, limit));
    return page === undefined ? problemResponse(noSuchAccount) : c.json(page, 200);
  });
  api.openapi(clearCalls, async (c) => {
    const { aor } = c.req.valid("param");
    const removed = await twice(() => c.env.objects.home(aor).clearCalls());
    if (removed === undefined) return problemResponse(noSuchAccount);
    log("info", "calls cleared", { aor, removed });
    return c.json({ removed }, 200);
  });
}
