// Messages: one sent by the server, the log read in pages, the log cleared.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ServerMessage } from "../../contracts/administration";
import { octetLength } from "../../sip/frame";
import { aorHost } from "../../sip/uri/address-of-record";
import type { AppEnv } from "../app-env";
import { log } from "../log";
import { twice } from "../objects";
import { invalidRequest, type Problem, problemResponse, tooLarge, unavailable } from "../problem";
import { addressOfRecord, addressParameter, noSuchAccount } from "./address-parameter";
import { problemResponses } from "./problem-responses";

const tags = ["Messages"];

/** media-type of RFC 3261 §25.1, parameters without a quoted string that could hold anything. */
const contentType = z
  .string()
  .max(256)
  .regex(/^[\w.+-]+\/[\w.+-]+(?:; ?[\w.+-]+=(?:[\w.+-]+|"[\w .+-]*"))*$/, "is no media type")
  .default("text/plain");

const newMessage = z
  .strictObject({
    from: addressOfRecord.openapi({ description: "A name of the same realm; it need not be an account" }),
    contentType,
    body: z.string().openapi({ example: "The bridge is open again." }),
  })
  .openapi("NewMessage");

const sentMessage = z
  .object({ status: z.int(), reason: z.string() })
  .openapi("SentMessage", { example: { status: 202, reason: "Accepted" } });

const storedMessage = z
  .object({
    sequence: z.int(),
    direction: z.enum(["received", "sent"]),
    from: z.string(),
    to: z.string(),
    at: z.iso.datetime(),
    expiresAt: z.iso.datetime().optional(),
    contentType: z.string(),
    body: z.string().openapi({ description: "Text, or base64 when `encoding` says so" }),
    encoding: z.enum(["text", "base64"]),
    taken: z.boolean().openapi({ description: "Some device took it" }),
  })
  .openapi("StoredMessage");

export const messagePage = z
  .object({
    messages: z.array(storedMessage).readonly(),
    next: z.int().optional().openapi({ description: "Pass as `after` to go on; absent at the end" }),
  })
  .openapi("MessagePage");

export const messagePageQuery = {
  after: z.coerce.number().int().min(0).default(0).openapi({ description: "`next` of the page before" }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};

const path = "/accounts/{aor}/messages";
const params = addressParameter;

const sendMessage = createRoute({
  method: "post",
  path,
  tags,
  summary: "Send a MESSAGE from the server",
  request: { params, body: { content: { "application/json": { schema: newMessage } }, required: true } },
  responses: {
    200: { description: "A device took it", content: { "application/json": { schema: sentMessage } } },
    202: { description: "It is stored", content: { "application/json": { schema: sentMessage } } },
    ...problemResponses(400, 404, 413, 415, 422),
  },
});

const readMessages = createRoute({
  method: "get",
  path,
  tags,
  summary: "Read the message log",
  description: "What waits for a device, and both directions where the deployment keeps history.",
  request: {
    params,
    query: z.strictObject(messagePageQuery),
  },
  responses: {
    200: { description: "One page, oldest first", content: { "application/json": { schema: messagePage } } },
    ...problemResponses(400, 404),
  },
});

const clearMessages = createRoute({
  method: "delete",
  path,
  tags,
  summary: "Clear the message log",
  request: { params },
  responses: {
    200: {
      description: "How many it held",
      content: { "application/json": { schema: z.object({ removed: z.int() }).openapi("Cleared") } },
    },
    ...problemResponses(400, 404),
  },
});

/** Adds the message routes. */
export function addMessageRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openapi(sendMessage, async (c) => {
    const { aor } = c.req.valid("param");
    const { from, contentType, body } = c.req.valid("json");
    if (aorHost(from) !== aorHost(aor)) return problemResponse(foreignSender);
    if (octetLength(body) > c.var.settings.limits.body)
      return problemResponse(tooLarge("The body is over the limit."));
    const message: ServerMessage = { from: `sip:${from}`, contentType, body };
    // Once: a second call would be a second message.
    const { status, reason } = await c.env.objects.home(aor).sendMessage(message);
    log("info", "message from the server", { aor, from, status });
    if (status < 200 || status > 299) return problemResponse(refusedMessage(status, reason));
    return c.json({ status, reason }, status === 202 ? 202 : 200);
  });
  api.openapi(readMessages, async (c) => {
    const { aor } = c.req.valid("param");
    const { after, limit } = c.req.valid("query");
    const page = await twice(() => c.env.objects.home(aor).readMessages(after, limit));
    return page === undefined ? problemResponse(noSuchAccount) : c.json(page, 200);
  });
  api.openapi(clearMessages, async (c) => {
    const { aor } = c.req.valid("param");
    const removed = await twice(() => c.env.objects.home(aor).clearMessages());
    if (removed === undefined) return problemResponse(noSuchAccount);
    log("info", "messages cleared", { aor, removed });
    return c.json({ removed }, 200);
  });
}

const foreignSender = invalidRequest([{ where: "#/from", detail: "is of another realm than the account" }]);

/** The SIP status is in the problem; the HTTP status is its nearest kin. */
function refusedMessage(status: number, reason: string): Problem {
  const sip = { status, reason };
  if (status === 404) return { ...noSuchAccount, sip };
  if (status === 413 || status === 513) return { ...tooLarge("The home refused its size."), sip };
  if (status === 500 || status === 503) return { ...unavailable, sip };
  return { name: "message-refused", status: 422, title: "The message was refused", sip };
}
