// What an account has now: its dialogs, its subscriptions on both sides, its publications.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../app-env";
import { twice } from "../objects";
import { problemResponse } from "../problem";
import { addressParameter, noSuchAccount } from "./address-parameter";
import { problemResponses } from "./problem-responses";

const time = z.iso.datetime();

const dialog = z
  .object({
    id: z.string(),
    callId: z.string(),
    usages: z.array(z.enum(["invite", "subscribe", "refer"])).readonly(),
    peer: z.string().openapi({ example: "bob@example.com", description: "Empty while it is not known" }),
    since: time.optional().openapi({ description: "Of a call" }),
    state: z.enum(["early", "confirmed", "ended"]),
    device: z.string().optional().openapi({ description: "As in the list of devices" }),
  })
  .openapi("Dialog");

const subscription = z
  .object({
    event: z.string().openapi({ example: "presence" }),
    role: z.enum(["notifier", "subscriber"]).openapi({
      description: "Whether this user is watched (notifier) or watches (subscriber)",
    }),
    peer: z.string().openapi({ example: "bob@example.com" }),
    state: z.enum(["pending", "active", "terminated"]),
    expiresAt: time.optional(),
    since: time.optional(),
    list: z.string().optional().openapi({ description: "The list that it is to, or an entry of" }),
  })
  .openapi("Subscription");

const publication = z
  .object({
    id: z.string(),
    event: z.string(),
    contentType: z.string().openapi({ example: "application/pidf+xml" }),
    since: time,
    expiresAt: time,
    summary: z.string().optional().openapi({ example: "open, at lunch" }),
    device: z.string().optional().openapi({ description: "Absent for what was stated over HTTP" }),
  })
  .openapi("Publication");

const listRoute = <const Name extends string, Row extends z.ZodType>(name: Name, row: Row, summary: string) =>
  createRoute({
    method: "get",
    path: `/accounts/{aor}/${name}`,
    tags: ["Accounts"],
    summary,
    request: { params: addressParameter },
    responses: {
      200: {
        description: "All of them",
        content: { "application/json": { schema: z.object({ [name]: z.array(row).readonly() }) } },
      },
      ...problemResponses(400, 404),
    },
  });

/** Adds the routes. */
export function addAccountListRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openapi(listRoute("dialogs", dialog, "List the dialogs of an account's pages"), async (c) => {
    const { aor } = c.req.valid("param");
    const dialogs = await twice(() => c.env.objects.home(aor).listDialogs());
    return dialogs === undefined ? problemResponse(noSuchAccount) : c.json({ dialogs }, 200);
  });
  const subscriptionsOf = "List who watches an account, and whom its pages and lists watch";
  api.openapi(listRoute("subscriptions", subscription, subscriptionsOf), async (c) => {
    const { aor } = c.req.valid("param");
    const subscriptions = await twice(() => c.env.objects.home(aor).listSubscriptions());
    return subscriptions === undefined ? problemResponse(noSuchAccount) : c.json({ subscriptions }, 200);
  });
  api.openapi(listRoute("publications", publication, "List what an account has published"), async (c) => {
    const { aor } = c.req.valid("param");
    const publications = await twice(() => c.env.objects.home(aor).listPublications());
    return publications === undefined ? problemResponse(noSuchAccount) : c.json({ publications }, 200);
  });
}
