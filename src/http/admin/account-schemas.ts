// The bodies of the account routes. Strict: a member nobody knows is a misspelt one.
//
// `exactOptional` is the contracts' "absent": the member is not there, never undefined. The generator of the OpenAPI
// document takes such a member for a required one, so the document is told what is required.

import { z } from "@hono/zod-openapi";
import type { DigestAlgorithm } from "../../auth/digest";
import { addressOfRecord, spelledAddress } from "./address-parameter";
import { callRules, ringGroup } from "./rule-schemas";

const algorithm = z.enum(["MD5", "SHA-256", "SHA-512-256"]) satisfies z.ZodType<DigestAlgorithm>;

const hex = (digits: number) =>
  z
    .string()
    .regex(/^[0-9a-fA-F]*$/, "is not hexadecimal")
    .length(digits)
    .toLowerCase();

const ha1s = z
  .strictObject({
    MD5: hex(32).exactOptional(),
    "SHA-256": hex(64).exactOptional(),
    "SHA-512-256": hex(64).exactOptional(),
  })
  .openapi("Ha1s", { required: [], example: { MD5: "0123456789abcdef0123456789abcdef" } });

/** An address-of-record as its owner writes it. */
const spelling = z
  .string()
  .max(256)
  .openapi({ example: "Alice@example.com", description: "The address with the case its owner writes" });

const members = {
  spelling: spelling.exactOptional(),
  password: z.string().min(1).max(256).exactOptional().openapi({
    example: "correct horse battery staple",
    description: "Turned into H(A1)s at once and forgotten",
  }),
  ha1s: z
    .strictObject({ user: ha1s.exactOptional(), aor: ha1s.exactOptional() })
    .openapi({ required: [] })
    .exactOptional()
    .openapi({
      description:
        "Imported H(A1)s, in place of a password: Kamailio's columns ha1 and ha1b are user.MD5 and aor.MD5",
    }),
  aliases: z.array(addressOfRecord).max(32).exactOptional().openapi({
    description: "Other names of our realms that lead here and that the user may write in From",
  }),
  blocked: z.array(addressOfRecord).max(1000).exactOptional().openapi({
    description: "Who may neither reach nor watch this user",
  }),
  rules: callRules.nullable().exactOptional().openapi({ description: "What becomes of calls to this user" }),
  group: ringGroup.nullable().exactOptional().openapi({
    description: "Makes the name a ring group: calls to it ring others",
  }),
  enabled: z.boolean().exactOptional().openapi({ description: "A disabled account cannot log in" }),
};

/** What may be given when an account is changed; what is absent stays as it is. */
export const accountChange = z.strictObject(members).openapi("AccountChange", { required: [] });

/** A new account. Without password and H(A1)s it can log in by bearer token alone. */
export const newAccount = z
  .strictObject({ aor: spelledAddress, ...members })
  .openapi("NewAccount", { required: ["aor"] });

export const account = z
  .object({
    aor: z.string().openapi({ example: "alice@example.com" }),
    spelling: z.string().openapi({ example: "Alice@example.com" }),
    enabled: z.boolean(),
    aliases: z.array(z.string()).readonly(),
    blocked: z.array(z.string()).readonly(),
    algorithms: z
      .array(algorithm)
      .readonly()
      .openapi({ description: "Digest algorithms it can log in with" }),
    rules: callRules.optional(),
    group: ringGroup.optional(),
    createdAt: z.iso.datetime(),
  })
  .openapi("Account");

const listedAccount = z
  .object({
    aor: z.string(),
    createdAt: z.iso.datetime(),
    enabled: z.boolean(),
    live: z
      .int()
      .optional()
      .openapi({ description: "Live devices; this and what follows only with FIGURES" }),
    calls: z.int().optional().openapi({ description: "Calls that go on" }),
    lastActiveAt: z.iso.datetime().optional().openapi({ description: "When its home last had news" }),
  })
  .openapi("ListedAccount");

export const accountPage = z
  .object({
    accounts: z.array(listedAccount).readonly(),
    next: z.string().optional().openapi({ description: "Pass as `after` to go on; absent at the end" }),
    total: z.int().optional().openapi({
      description: "Of all pages; absent for a part of a name that fills more than one",
    }),
  })
  .openapi("AccountPage");

export const accountListQuery = z.strictObject({
  realm: z
    .string()
    .toLowerCase()
    .optional()
    .openapi({ example: "example.com", description: "By default the first" }),
  after: z.string().max(256).optional().openapi({ description: "`next` of the page before" }),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  query: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .openapi({ description: "Part of the user's name, in any case" }),
  state: z.enum(["online", "in-call", "disabled"]).optional().openapi({
    description: "`online` and `in-call` need FIGURES",
  }),
});
