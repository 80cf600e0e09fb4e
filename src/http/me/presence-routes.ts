// What the user states of himself, under /v1/me: for clients that cannot PUBLISH.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { noSuchAccount } from "../admin/address-parameter";
import { problemResponses } from "../admin/problem-responses";
import type { AppEnv } from "../app-env";
import { twice } from "../objects";
import { invalidRequest, notFound, problemResponse, tooLarge } from "../problem";
import { aorQuery, challengeFirst, closePath, openToPages, ownSecurity, userOf } from "./own-routes";
import { presenceStatement, presenceView } from "./presence-schemas";

const tags = ["Presence"];
const path = "/me/presence";
const methods = ["GET", "PUT", "DELETE"];
const longestBody = 16 * 1024;
const request = { query: z.object(aorQuery) };
const json = <Schema extends z.ZodType>(schema: Schema) => ({ "application/json": { schema } });

const readPresence = createRoute({
  method: "get",
  path,
  tags,
  summary: "What the user has stated of himself",
  security: ownSecurity,
  request,
  responses: {
    200: { description: "The statement", content: json(presenceView) },
    ...problemResponses(400, 403, 404, 429),
  },
});

const putPresence = createRoute({
  method: "put",
  path,
  tags,
  summary: "State it, in place of what was stated before",
  description: "Whoever watches is told at once. What devices publish stands beside it.",
  security: ownSecurity,
  request: { ...request, body: { content: json(presenceStatement), required: true } },
  responses: {
    200: { description: "The statement as it stands", content: json(presenceView) },
    ...problemResponses(400, 403, 404, 413, 415, 429),
  },
});

const deletePresence = createRoute({
  method: "delete",
  path,
  tags,
  summary: "Take the statement back",
  security: ownSecurity,
  request,
  responses: { 204: { description: "Nothing is stated" }, ...problemResponses(400, 403, 429) },
});

/** Adds the routes. They come before whatever asks for the administrator. */
export function addOwnPresenceRoutes(api: OpenAPIHono<AppEnv>): void {
  openToPages(api, path, methods);
  challengeFirst(api, path, "presence");
  api.use(
    path,
    bodyLimit({ maxSize: longestBody, onError: () => problemResponse(tooLarge("A body holds 16 KiB.")) }),
  );
  api.openapi(readPresence, async (c) => {
    const user = await userOf(c, "presence");
    if (!user.ok) return problemResponse(user.error);
    const view = await twice(() => c.env.objects.home(user.value.aor).readPresence());
    return view === undefined ? problemResponse(nothingStated) : c.json(view, 200);
  });
  api.openapi(putPresence, async (c) => {
    const user = await userOf(c, "presence");
    if (!user.ok) return problemResponse(user.error);
    const { expires, ...stated } = c.req.valid("json");
    const { minExpires } = c.var.settings.events;
    if (expires !== undefined && expires < minExpires) {
      return problemResponse(
        invalidRequest([{ where: "#/expires", detail: `is less than ${minExpires} seconds` }]),
      );
    }
    const outcome = await twice(() => c.env.objects.home(user.value.aor).putPresence(stated, expires));
    switch (outcome.kind) {
      case "stated":
        return c.json(outcome.presence, 200);
      case "refused":
        return problemResponse(invalidRequest([{ where: `#/${outcome.where}`, detail: outcome.detail }]));
      case "no-account":
        return problemResponse(noSuchAccount);
    }
  });
  api.openapi(deletePresence, async (c) => {
    const user = await userOf(c, "presence");
    if (!user.ok) return problemResponse(user.error);
    await twice(() => c.env.objects.home(user.value.aor).deletePresence());
    return c.body(null, 204);
  });
  closePath(api, path, methods);
}

const nothingStated = notFound("The user has stated nothing.");
