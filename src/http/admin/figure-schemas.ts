// The operator's figures, as answers have them.

import { z } from "@hono/zod-openapi";
import { type CounterName, counterNames } from "../../contracts/figures";

const count = z.int();

const counts = Object.fromEntries(counterNames.map((name) => [name, count])) as Record<
  CounterName,
  typeof count
>;

const cost = z
  .object({
    currency: z.literal("USD"),
    perMonth: z.number(),
    basis: z.string(),
    lines: z.array(z.object({ what: z.string(), count: z.int(), price: z.number() })).readonly(),
    pricesOf: z.string().openapi({ example: "2026-11-22" }),
  })
  .openapi("CostEstimate");

export const realmList = z
  .object({ realms: z.array(z.object({ realm: z.string(), figures: z.boolean() })).readonly() })
  .openapi("Realms");

export const realmFigures = z
  .object({
    enabled: z
      .boolean()
      .openapi({ description: "FIGURES is on; else nothing but `at` and accounts is there" }),
    at: z.iso.datetime(),
    now: z
      .object({ accounts: count, online: count, devices: count, calls: count, disabled: count })
      .openapi("RealmGauges"),
    minutes: z
      .array(z.object({ minute: z.iso.datetime(), ...counts }).openapi("Minute"))
      .readonly()
      .openapi({ description: "Each minute in which something was told of, oldest first" }),
    totals: z.object({ since: z.iso.datetime().optional(), ...counts }).openapi("Totals"),
    cost: cost.optional(),
  })
  .openapi("RealmFigures");

export const figuresQuery = z.strictObject({ minutes: z.coerce.number().int().min(1).max(1440).default(60) });

const outcome = z.enum(["answered", "noAnswer", "busy", "declined", "cancelled", "forwarded", "failed"]);

export const recentCallPage = z
  .object({
    calls: z
      .array(
        z
          .object({
            id: z.string(),
            callId: z.string(),
            caller: z.string().openapi({ example: "alice@example.com" }),
            callee: z.string().openapi({ example: "bob@example.com" }),
            startedAt: z.iso.datetime(),
            answeredAt: z.iso.datetime().optional(),
            endedAt: z.iso.datetime(),
            duration: z.int().optional().openapi({ description: "Seconds from answer to end" }),
            outcome: z.string(),
            status: z.int().optional(),
          })
          .openapi("RecentCall"),
      )
      .readonly(),
    next: z.string().optional().openapi({ description: "Pass as `before` to go on; absent at the end" }),
  })
  .openapi("RecentCalls");

export const recentCallQuery = z.strictObject({
  before: z.string().max(64).optional().openapi({ description: "`next` of the page before" }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  outcome: z
    .string()
    .max(100)
    .transform((value) => value.split(","))
    .pipe(z.array(outcome))
    .optional()
    .openapi({ type: "string", description: "One or several, comma-separated", example: "busy,declined" }),
});
