// What a user's page gives its RTCPeerConnection: the one call under /v1 that is the user's, not the administrator's.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { epochMs } from "../../base/brand";
import { type AddressOfRecord, parseAddressOfRecord } from "../../sip/uri/address-of-record";
import { formatDateTime } from "../../xml/date-time";
import { problemResponses } from "../admin/problem-responses";
import type { AppEnv } from "../app-env";
import { crossOrigin } from "../cross-origin";
import { log } from "../log";
import { invalidRequest, methodNotAllowed, problemResponse, unavailable } from "../problem";
import { queryParameter } from "../upgrade/upgrade-request";
import { authenticateUser } from "../user-authentication";
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
  security: [{ userToken: [] }, { userDigest: [] }],
  request: {
    query: z.object({
      aor: z.string().max(512).optional().openapi({
        example: "alice@example.com",
        description: "The user; may be left out where a token or the digest user name says it",
      }),
    }),
  },
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
  api.use(path, async (c, next) => {
    await next();
    c.res.headers.set("Cache-Control", "no-store");
  });
  api.use(path, crossOrigin(["GET"]));
  api.openapi(readTurnCredentials, async (c) => {
    const named = namedUser(c.req.url);
    if (named === "malformed") return problemResponse(noAddress);
    const user = await authenticateUser(c.req.raw, "turn-credentials", named, {
      settings: c.var.settings,
      objects: c.env.objects,
      verifyToken: c.env.verifyToken,
    });
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
  api.all(path, () => problemResponse(methodNotAllowed(["GET"])));
}

/** The user of `?aor=`. A plus sign in it stays one, as at the upgrade. */
function namedUser(url: string): AddressOfRecord | "malformed" | undefined {
  const written = queryParameter(new URL(url).search.slice(1), "aor") ?? "";
  return written === "" ? undefined : (parseAddressOfRecord(written) ?? "malformed");
}

const noAddress = invalidRequest([{ where: "aor", detail: "is no address-of-record" }]);
