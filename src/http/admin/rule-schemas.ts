// What a user decides about calls to him, and ring groups, as bodies have them (contracts/call-rules.ts).

import { z } from "@hono/zod-openapi";
import { seconds } from "../../base/brand";
import { parseUri } from "../../sip/uri/uri";

/** A SIP URI, or a bare address that becomes one. It may be of a realm that is not served here. */
export const callTarget = z
  .string()
  .max(256)
  .transform((text, context): string => {
    const written = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `sip:${text}`;
    const uri = parseUri(written);
    const isUsable =
      uri.ok && uri.value.kind === "sip" && (uri.value.user ?? "") !== "" && uri.value.headers.length === 0;
    if (isUsable) return written;
    context.addIssue({ code: "custom", message: "is no address that can be called" });
    return z.NEVER;
  })
  .openapi({ type: "string", example: "carol@example.com", description: "user@domain, or a SIP URI" });

const ringTime = z.int().min(5).max(120).transform(seconds).openapi({ type: "integer" });

export const callRules = z
  .strictObject({
    doNotDisturb: z.boolean().default(false).openapi({ description: "Calls are answered 486" }),
    forward: z
      .strictObject({
        always: callTarget.exactOptional(),
        busy: callTarget.exactOptional(),
        noAnswer: z.strictObject({ to: callTarget, after: ringTime }).exactOptional(),
      })
      .openapi({ required: [] })
      .default({}),
  })
  .openapi("CallRules", { required: [] });

export const ringGroup = z
  .strictObject({
    members: z.array(callTarget).min(1).max(50),
    order: z.enum(["parallel", "sequential"]).default("parallel"),
    ringFor: ringTime.default(seconds(30)).openapi({
      type: "integer",
      description: "Seconds that each member rings in turn, or all at once",
    }),
  })
  .openapi("RingGroup", { required: ["members"] });
