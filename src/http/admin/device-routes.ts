// A user's devices: who is connected now, who is away; and the end of one's sockets.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../app-env";
import { log } from "../log";
import { twice } from "../objects";
import { notFound, problemResponse } from "../problem";
import { addressParameter, noSuchAccount } from "./address-parameter";
import { problemResponses } from "./problem-responses";

const tags = ["Devices"];

const flow = z
  .object({
    id: z.string(),
    scheme: z.enum(["ws", "wss"]),
    openedAt: z.iso.datetime(),
    origin: z.string().optional().openapi({ example: "https://app.example.com" }),
    userAgent: z.string().optional().openapi({ description: "Of the browser, by its request" }),
    registeredUntil: z.iso.datetime().optional(),
    pinged: z.boolean().openapi({ description: "It sends keep-alives" }),
  })
  .openapi("Flow", { description: "The newest connection of a live device" });

const device = z
  .object({
    id: z.string().openapi({ description: "Opaque; names the device in the path" }),
    instance: z.string().optional().openapi({ example: "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6" }),
    contact: z.string().openapi({ example: "sip:k3j2h4@p8s7d6.invalid;transport=ws" }),
    state: z.enum(["live", "grace", "away"]),
    since: z.iso.datetime(),
    userAgent: z.string().optional().openapi({ example: "JsSIP 3.13.8" }),
    address: z.string().optional().openapi({ example: "192.0.2.1" }),
    country: z
      .string()
      .optional()
      .openapi({ example: "DE", description: "Of a live one, as Cloudflare's edge says" }),
    lastSeenAt: z.iso.datetime().openapi({ description: "Its last registration or keep-alive" }),
    flow: flow.optional(),
    flows: z.int().openapi({ description: "Connections it has: tabs of a browser" }),
    owed: z.int().openapi({ description: "Stored messages it has not taken yet" }),
  })
  .openapi("Device");

const devicePage = z.object({ devices: z.array(device).readonly() }).openapi("Devices");

const listDevices = createRoute({
  method: "get",
  path: "/accounts/{aor}/devices",
  tags,
  summary: "List a user's devices",
  request: { params: addressParameter },
  responses: {
    200: { description: "Live ones and those away", content: { "application/json": { schema: devicePage } } },
    ...problemResponses(400, 404),
  },
});

const disconnectDevice = createRoute({
  method: "delete",
  path: "/accounts/{aor}/devices/{id}",
  tags,
  summary: "Disconnect a device",
  request: {
    params: addressParameter.extend({ id: z.string().min(1).max(512) }),
    query: z.strictObject({
      forget: z.enum(["true", "false"]).default("false").openapi({
        description: "Also drop what is kept for its return: its place in the message log, its GRUU",
      }),
    }),
  },
  responses: { 204: { description: "Its sockets are closed" }, ...problemResponses(400, 404) },
});

/** Adds the device routes. */
export function addDeviceRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openapi(listDevices, async (c) => {
    const { aor } = c.req.valid("param");
    const devices = await twice(() => c.env.objects.home(aor).listDevices());
    return devices === undefined ? problemResponse(noSuchAccount) : c.json({ devices }, 200);
  });
  api.openapi(disconnectDevice, async (c) => {
    const { aor, id } = c.req.valid("param");
    const forget = c.req.valid("query").forget === "true";
    const found = await twice(() => c.env.objects.home(aor).disconnectDevice(id, forget));
    if (!found) return problemResponse(notFound("There is no such device."));
    log("info", "device disconnected", { aor, device: id, forget });
    return c.body(null, 204);
  });
}
