// Whether the deployment is well, for its operator: what it serves, and that its objects answer.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../app-env";
import { twice } from "../objects";
import { problemResponses } from "./problem-responses";

const health = z
  .object({
    status: z.literal("ok"),
    realms: z.array(z.string()).readonly(),
    demo: z.boolean().openapi({ description: "Any name may log in with the demo password" }),
    tokens: z.boolean().openapi({ description: "Bearer tokens are accepted" }),
  })
  .openapi("Health");

const readHealth = createRoute({
  method: "get",
  path: "/health",
  tags: ["Health"],
  summary: "Whether the gateway and its objects answer",
  responses: {
    200: { description: "They do", content: { "application/json": { schema: health } } },
    ...problemResponses(),
  },
});

/** Adds the health route. */
export function addHealthRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openapi(readHealth, async (c) => {
    const { realms, demo, tokens } = c.var.settings;
    await Promise.all(
      realms.map((realm) => twice(() => c.env.objects.realm(realm).listAccounts(undefined, 1))),
    );
    return c.json(
      { status: "ok" as const, realms, demo: demo !== undefined, tokens: tokens !== undefined },
      200,
    );
  });
}
