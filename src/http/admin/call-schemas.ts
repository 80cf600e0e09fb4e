// A page of the log of calls, as answers have it.

import { z } from "@hono/zod-openapi";

const call = z
  .object({
    id: z.string(),
    direction: z.enum(["incoming", "outgoing"]),
    callId: z.string().openapi({ description: "Names its ladder, while its messages are recorded" }),
    peer: z.string().openapi({ example: "sip:bob@example.com" }),
    peerName: z.string().optional(),
    startedAt: z.iso.datetime(),
    answeredAt: z.iso.datetime().optional(),
    endedAt: z.iso.datetime().optional().openapi({ description: "Absent while it goes on" }),
    duration: z.int().optional().openapi({ description: "Seconds from answer to end" }),
    outcome: z.enum([
      "underway",
      "answered",
      "noAnswer",
      "busy",
      "declined",
      "cancelled",
      "forwarded",
      "failed",
    ]),
    missed: z
      .boolean()
      .openapi({ description: "Nobody dealt with it; not one that another device answered" }),
    status: z.int().optional().openapi({ description: "The SIP status that refused it" }),
    device: z.string().optional().openapi({ description: "As in the list of devices" }),
    forwardedTo: z.string().optional(),
  })
  .openapi("Call");

export const callPage = z
  .object({
    calls: z.array(call).readonly(),
    next: z.string().optional().openapi({ description: "Pass as `before` to go on; absent at the end" }),
  })
  .openapi("CallPage");

export const callPageQuery = z.object({
  before: z.string().max(64).optional().openapi({ description: "`next` of the page before" }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
