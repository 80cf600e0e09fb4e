// The figures of all realms for a monitor that scrapes them (Prometheus, by the admin token).

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../app-env";
import { twice } from "../objects";
import { formatMetrics, metricsContentType } from "./metrics";
import { problemResponses } from "./problem-responses";

const readMetrics = createRoute({
  method: "get",
  path: "/metrics",
  tags: ["Realms"],
  summary: "Read the figures of all realms as Prometheus does",
  description:
    "`durasip_…_total` count from when the realm was first told; gauges are as its homes last told.",
  responses: {
    200: { description: "Text exposition 0.0.4", content: { "text/plain": { schema: z.string() } } },
    ...problemResponses(),
  },
});

/** Adds the route. */
export function addMetricsRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openapi(readMetrics, async (c) => {
    const { realms, figures } = c.var.settings;
    const read = await Promise.all(
      realms.map(async (realm) => ({
        realm,
        figures: await twice(() => c.env.objects.realm(realm).readFigures(1)),
      })),
    );
    return c.text(formatMetrics(read, figures), 200, { "Content-Type": metricsContentType });
  });
}
