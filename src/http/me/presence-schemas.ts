// What a user states of himself and who watches him, as bodies have them (contracts/own-presence.ts).

import { z } from "@hono/zod-openapi";
import { ACTIVITIES, LONGEST_NOTE, MOODS } from "../../presence/presence-from-json";
import { addressOfRecord } from "../admin/address-parameter";

/** What no XML document can hold, and what no line of text should. */
const unprintable = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

const note = z
  .string()
  .max(LONGEST_NOTE)
  .refine((text) => !unprintable.test(text.replaceAll(/[\n\t]/g, " ")), "has control characters")
  .openapi({ example: "back at three" });

const statement = {
  basic: z.enum(["open", "closed"]).openapi({
    description: "open: as long as a device of the user's is registered; closed: in any case",
  }),
  activity: z.enum(ACTIVITIES).exactOptional().openapi({ description: "RFC 4480 §3.2" }),
  note: note.exactOptional(),
  mood: z.enum(MOODS).exactOptional().openapi({ description: "RFC 4480 §3.5" }),
};

const longestExpires = 2 ** 31 - 1;

export const presenceStatement = z
  .strictObject({
    ...statement,
    expires: z.int().min(1).max(longestExpires).exactOptional().openapi({
      description:
        "Seconds; what is over the gateway's longest is cut to it. Without it, until it is deleted",
    }),
  })
  .openapi("PresenceStatement", { required: ["basic"] });

export const presenceView = z
  .object({
    basic: statement.basic,
    activity: z.string().optional(),
    note: z.string().optional(),
    mood: z.string().optional(),
    statedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .openapi("Presence");

const decision = z.enum(["allow", "block", "polite-block", "confirm"]).openapi({
  description: "polite-block: is shown that the user is never there; confirm: waits for another word",
});

export const watcherDecision = z.strictObject({ decision }).openapi("WatcherDecision");

export const decidedWatcher = z
  .object({
    aor: z.string(),
    decision: decision,
    verdict: z.enum(["allow", "pending", "reject", "polite-block"]).openapi({
      description: "What holds for the watcher now: all the user's rules and his blocked list together",
    }),
  })
  .openapi("DecidedWatcher");

export const watcherList = z
  .object({
    watchers: z
      .array(
        z.object({
          id: z.string(),
          watcher: z.string().openapi({ example: "bob@example.com" }),
          status: z.enum(["pending", "active", "waiting"]).openapi({
            description: "pending and waiting: nobody has decided; waiting: and the subscription has ended",
          }),
          event: z.enum(["subscribe", "approved", "timeout"]),
        }),
      )
      .readonly(),
    decisions: z.array(z.object({ aor: z.string(), decision })).readonly(),
  })
  .openapi("Watchers");

export const watcherParameter = z.object({
  watcher: addressOfRecord.openapi({
    param: { name: "watcher", in: "path" },
    type: "string",
    example: "bob@example.com",
    description: "The watcher's address-of-record",
  }),
});
