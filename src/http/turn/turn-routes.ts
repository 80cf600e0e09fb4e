// What a user's page gives its RTCPeerConnection: under /v1, and the user's own.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { epochMs } from "../../base/brand";
import { formatDateTime } from "../../xml/date-time";
import { problemResponses } from "../admin/problem-responses";
import type { AppEnv } from "../app-env";
import { log } from "../log";
import { aorQuery, closePath, openToPages, ownSecurity, userOf } from "../me/own-routes";
import { problemResponse, unavailable } from "../problem";
import { iceServersFor } from "./ice-servers";

const path = "/turn-credentials";

const iceServer = z
  .object({
    urls: z
      .array(z.string())
      .readonly()
      .openapi({ example: ["turn:turn.example.com:3478?transport=udp"] }),
    username: z.string().optional().openapi({ example: "1795330800:5f2b0c9a1d7e4f6083b1a2c4" }),
    credential: z.string().optional(),
  })
  .openapi("IceServer");

const iceServerList = z
  .object({
    iceServers: z.array(iceServer).readonly(),
    expiresAt: z.iso
      .datetime()
      .openapi({ description: "When to ask again; a relay takes nobody new from then on" }),
  })
  .openapi("IceServers");

const readTurnCredentials = createRoute({
  method: "get",
  path,
  tags: ["Calls"],
  summary: "The ICE servers for a call of the user's, with time-limited credentials",
  security: ownSecurity,
  request: { query: z.object(aorQuery) },
  responses: {
    200: {
      description: "For RTCPeerConnection as it is",
      content: { "application/json": { schema: iceServerList } },
    },
    ...problemResponses(400, 403, 404, 429),
  },
});

/** Adds the route. It comes before whatever asks for the administrator. */
export function addTurnRoutes(api: OpenAPIHono<AppEnv>): void {
  const { openAPIRegistry } = api;
  openAPIRegistry.registerComponent("securitySchemes", "userToken", { type: "http", scheme: "bearer" });
  openAPIRegistry.registerComponent("securitySchemes", "userDigest", { type: "http", scheme: "digest" });
  openToPages(api, path, ["GET"]);
  api.openapi(readTurnCredentials, async (c) => {
    const user = await userOf(c, "turn-credentials");
    if (!user.ok) return problemResponse(user.error);
    const list = await iceServersFor(user.value.pseudonym, {
      settings: c.var.settings.iceServers,
      relay: c.var.relay,
      send: c.env.fetch,
      now: epochMs(Date.now()),
    });
    if (!list.ok) {
      log("error", "relay provider failed", { why: list.error });
      return problemResponse(unavailable);
    }
    const { iceServers, expiresAt } = list.value;
    return c.json({ iceServers, expiresAt: formatDateTime(expiresAt) }, 200);
  });
  closePath(api, path, ["GET"]);
}
