// What the flight recorder tells, as answers have it (contracts/flight-record.ts, contracts/ladder.ts).

import { z } from "@hono/zod-openapi";
import { longestCallId } from "../../recorder/sighting";

export const recordingOrder = z
  .strictObject({
    seconds: z.int().min(60).max(86_400).openapi({ description: "How long everything is recorded" }),
    bodies: z
      .boolean()
      .default(false)
      .openapi({ description: "Keep bodies too, without the keys and passwords of media" }),
  })
  .openapi("RecordingOrder", { required: ["seconds"] });

export const recorderView = z
  .object({
    recording: z
      .object({ since: z.iso.datetime(), until: z.iso.datetime(), bodies: z.boolean() })
      .optional()
      .openapi({ description: "Absent while none is on" }),
    failedCalls: z.boolean().openapi({ description: "Every failed call is kept (RECORD_FAILED_CALLS)" }),
    kept: z.object({ messages: z.int(), octets: z.int(), oldestAt: z.iso.datetime().optional() }),
  })
  .openapi("Recorder");

export const exchangePage = z
  .object({
    exchanges: z
      .array(
        z
          .object({
            callId: z.string(),
            startedAt: z.iso.datetime(),
            lastAt: z.iso.datetime(),
            method: z.string().openapi({ example: "INVITE" }),
            peer: z.string().openapi({ example: "sip:bob@example.com" }),
            direction: z.enum(["incoming", "outgoing"]),
            messages: z.int(),
            status: z.int().optional().openapi({ description: "The last final status" }),
            failed: z.boolean(),
            summary: z.string(),
          })
          .openapi("Exchange"),
      )
      .readonly(),
    next: z.string().optional().openapi({ description: "Pass as `before` to go on; absent at the end" }),
  })
  .openapi("ExchangePage");

export const exchangeQuery = z.strictObject({
  before: z
    .string()
    .max(32)
    .regex(/^[0-9]+$/, "is no `next`")
    .optional()
    .openapi({ description: "`next` of the page before" }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** RFC 3261 §25.1 lets a Call-ID hold almost anything visible; in the path it is percent-encoded. */
export const callIdParameter = z.string().min(1).max(longestCallId).openapi({ example: "a84b4c76e66710" });

export const ladder = z
  .object({
    callId: z.string(),
    aor: z.string(),
    live: z.boolean().openapi({ description: "The call goes on" }),
    lanes: z
      .array(
        z
          .object({ id: z.string(), label: z.string(), kind: z.enum(["device", "home", "peer"]) })
          .openapi("LadderLane"),
      )
      .readonly(),
    lines: z
      .array(
        z
          .object({
            id: z.string(),
            at: z.iso.datetime(),
            from: z.string(),
            to: z.string(),
            kind: z.enum(["request", "response", "event"]),
            label: z.string().openapi({ example: "486 Busy Here" }),
            method: z.string().optional(),
            status: z.int().optional(),
            failed: z.boolean(),
            words: z.string().optional().openapi({ description: "The reason of a failure" }),
            text: z.string().optional().openapi({ description: "The message as recorded" }),
            redacted: z
              .array(z.enum(["credentials", "body"]))
              .readonly()
              .optional(),
            truncated: z.boolean().optional(),
          })
          .openapi("LadderLine"),
      )
      .readonly(),
    verdict: z
      .object({
        failed: z.boolean(),
        title: z.string(),
        explanation: z.string(),
        line: z.string().optional(),
      })
      .optional()
      .openapi("Verdict"),
    missing: z
      .array(z.object({ aor: z.string(), why: z.string() }))
      .readonly()
      .optional()
      .openapi({ description: "Homes of which nothing is shown" }),
    next: z.string().optional().openapi({ description: "Pass as `after`" }),
  })
  .openapi("Ladder");

export const ladderQuery = z.strictObject({
  after: z.string().max(512).optional().openapi({
    description: "`next` of the answer before: of the lines only those that are new or changed since then",
  }),
});

export const exportQuery = z.strictObject({ format: z.enum(["text", "pcapng"]) });

export const shareOrder = z
  .strictObject({
    seconds: z.int().min(300).max(604_800).openapi({ description: "How long it can be read" }),
  })
  .openapi("ShareOrder");

export const sharedLadder = z
  .object({
    token: z
      .string()
      .openapi({ description: "Opens this ladder alone; for `GET /v1/shared-ladder` as a bearer token" }),
    url: z
      .string()
      .openapi({ description: "A page that shows it; the token is in its fragment, which no server sees" }),
    expiresAt: z.iso.datetime(),
  })
  .openapi("SharedLadder");
