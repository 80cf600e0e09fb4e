// The user's own messages, under /v1/me: what waits for his devices, and what was kept.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { noSuchAccount } from "../admin/address-parameter";
import { messagePage, messagePageQuery } from "../admin/message-routes";
import { problemResponses } from "../admin/problem-responses";
import type { AppEnv } from "../app-env";
import { twice } from "../objects";
import { problemResponse } from "../problem";
import { aorQuery, closePath, openToPages, ownSecurity, userOf } from "./own-routes";

const path = "/me/messages";
const methods = ["GET"];

const readMessages = createRoute({
  method: "get",
  path,
  tags: ["Messages"],
  summary: "The user's own log of messages, oldest first",
  description: "What waits for a device, and both directions where the deployment keeps history.",
  security: ownSecurity,
  request: { query: z.object({ ...messagePageQuery, ...aorQuery }) },
  responses: {
    200: { description: "One page", content: { "application/json": { schema: messagePage } } },
    ...problemResponses(400, 403, 404, 429),
  },
});

/** Adds the route. It comes before whatever asks for the administrator. */
export function addOwnMessageRoutes(api: OpenAPIHono<AppEnv>): void {
  openToPages(api, path, methods);
  api.openapi(readMessages, async (c) => {
    const user = await userOf(c, "messages");
    if (!user.ok) return problemResponse(user.error);
    const { after, limit } = c.req.valid("query");
    const page = await twice(() => c.env.objects.home(user.value.aor).readMessages(after, limit));
    return page === undefined ? problemResponse(noSuchAccount) : c.json(page, 200);
  });
  closePath(api, path, methods);
}
