// Messages that wait for a user elsewhere, in a voice mail above all: put by it, told to the user's phones (RFC 3842).

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { MessageClass } from "../../contracts/message-counts";
import type { AppEnv } from "../app-env";
import { log } from "../log";
import { twice } from "../objects";
import { problemResponse } from "../problem";
import { addressParameter, noSuchAccount } from "./address-parameter";
import { problemResponses } from "./problem-responses";

const tags = ["Messages"];
const path = "/accounts/{aor}/message-summary";
const params = addressParameter;

/** RFC 3842 §3.5: 32 bits. */
const whole = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);

const count = z
  .strictObject({
    new: whole,
    old: whole,
    urgentNew: whole.exactOptional().openapi({ description: "Of the new ones" }),
    urgentOld: whole.exactOptional().openapi({ description: "Of the old ones" }),
  })
  .refine(({ new: all, urgentNew = 0 }) => urgentNew <= all, { path: ["urgentNew"], message: "is over new" })
  .refine(({ old: all, urgentOld = 0 }) => urgentOld <= all, { path: ["urgentOld"], message: "is over old" })
  .openapi("MessageCount", { required: ["new", "old"] });

const optional = count.exactOptional();
const classes = {
  voice: optional,
  video: optional,
  fax: optional,
  pager: optional,
  multimedia: optional,
  text: optional,
  none: optional,
} satisfies Readonly<Record<MessageClass, typeof optional>>;

const messageSummary = z.strictObject(classes).openapi("MessageSummary", { required: [] });
const content = { "application/json": { schema: messageSummary } };

const readCounts = createRoute({
  method: "get",
  path,
  tags,
  summary: "Read what was put of messages that wait elsewhere",
  request: { params },
  responses: { 200: { description: "By class", content }, ...problemResponses(400, 404) },
});

const putCounts = createRoute({
  method: "put",
  path,
  tags,
  summary: "Say what waits elsewhere, in place of what was said before",
  description: "Told to the user's phones (RFC 3842), with the messages this gateway has stored for him.",
  request: { params, body: { content, required: true } },
  responses: { 200: { description: "As it was put", content }, ...problemResponses(400, 404, 413, 415) },
});

/** Adds the routes. */
export function addMessageSummaryRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openapi(readCounts, async (c) => {
    const { aor } = c.req.valid("param");
    const counts = await twice(() => c.env.objects.home(aor).readMessageCounts());
    return counts === undefined ? problemResponse(noSuchAccount) : c.json(counts, 200);
  });
  api.openapi(putCounts, async (c) => {
    const { aor } = c.req.valid("param");
    const counts = c.req.valid("json");
    const isThere = await twice(() => c.env.objects.home(aor).putMessageCounts(counts));
    if (!isThere) return problemResponse(noSuchAccount);
    log("info", "message summary put", { aor });
    return c.json(counts, 200);
  });
}
