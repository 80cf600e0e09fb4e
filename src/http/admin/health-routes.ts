// Whether the deployment is well, for its operator: what it serves, and that its objects answer. Of each realm a home
// is asked whose name nobody is likely to have: it reads nothing and writes nothing, but has to start like any other.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import type { AppEnv } from "../app-env";
import { twice } from "../objects";
import { problemResponses } from "./problem-responses";

const health = z
  .object({
    status: z.literal("ok"),
    realms: z.array(z.string()).readonly(),
    demo: z.boolean().openapi({ description: "Any name may log in with the demo password" }),
    tokens: z.boolean().openapi({ description: "Bearer tokens are accepted" }),
    answeredIn: z
      .object({ realms: z.number(), homes: z.number() })
      .openapi({ description: "Milliseconds until the slowest realm, and the slowest home, had answered" }),
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
    const { objects } = c.env;
    const [realmsIn, homesIn] = await Promise.all([
      slowest(realms.map((realm) => twice(() => objects.realm(realm).listAccounts(undefined, 1)))),
      slowest(realms.map((realm) => twice(() => objects.home(probeOf(realm)).readAccount()))),
    ]);
    return c.json(
      {
        status: "ok" as const,
        realms,
        demo: demo !== undefined,
        tokens: tokens !== undefined,
        answeredIn: { realms: realmsIn, homes: homesIn },
      },
      200,
    );
  });
}

const probeOf = (realm: string): AddressOfRecord => `health.probe@${realm}` as AddressOfRecord;

/** Milliseconds until all of them had answered. */
async function slowest(asked: readonly Promise<unknown>[]): Promise<number> {
  const begun = Date.now();
  await Promise.all(asked);
  return Date.now() - begun;
}
