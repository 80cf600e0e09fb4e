// The settings in force, for the operator: each with its default and what it means, of a secret only whether it is set.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../app-env";
import { brokenConfiguration, problemResponse } from "../problem";
import { problemResponses } from "./problem-responses";
import { settingMeanings } from "./setting-meanings";

const setting = z
  .object({
    name: z.string().openapi({ example: "MAX_EXPIRES" }),
    value: z.string().nullable().openapi({ example: "600", description: 'Of a secret "set" or "not set"' }),
    default: z.string().nullable().openapi({ example: "600" }),
    isDefault: z.boolean(),
    meaning: z.string(),
  })
  .openapi("Setting");

const readSettings = createRoute({
  method: "get",
  path: "/settings",
  tags: ["Settings"],
  summary: "Read the settings in force, never a secret",
  responses: {
    200: {
      description: "All of them",
      content: {
        "application/json": {
          schema: z.object({ settings: z.array(setting).readonly() }).openapi("Settings"),
        },
      },
    },
    ...problemResponses(),
  },
});

/** Adds the route. */
export function addSettingRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openapi(readSettings, (c) => {
    const { configuration } = c.env;
    if (!configuration.ok) return problemResponse(brokenConfiguration);
    const settings = configuration
      .shown()
      .map((one) => ({ ...one, meaning: settingMeanings[one.name] ?? "" }));
    return c.json({ settings }, 200);
  });
}
