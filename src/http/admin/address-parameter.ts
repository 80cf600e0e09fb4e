// The address-of-record in a path of the administration API: percent-decoded by the router, read here to its
// canonical form, and of a realm of ours.

import { z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { type AddressOfRecord, parseAddressOfRecord } from "../../sip/uri/address-of-record";
import type { AppEnv } from "../app-env";
import { notFound, problemResponse } from "../problem";
import { servesRealm } from "../upgrade/route-upgrade";

/** An address-of-record by its canonical name, and as it was written: `user@realm`, nothing more. */
export interface SpelledAddress {
  readonly aor: AddressOfRecord;
  readonly spelling: string;
}

const written = z.string().max(256);
const description = { type: "string", example: "alice@example.com", description: "user@realm" } as const;

/** Reads an address in any spelling. */
export const spelledAddress = written
  .transform((text, context): SpelledAddress => {
    const aor = parseAddressOfRecord(text);
    if (aor !== undefined) return { aor, spelling: spellingIn(text, aor) };
    context.addIssue({ code: "custom", message: "is no address-of-record" });
    return z.NEVER;
  })
  .openapi(description);

/** Reads an address in any spelling to its canonical name. */
export const addressOfRecord = spelledAddress.transform(({ aor }) => aor).openapi(description);

/** The spelling is written into headers of ours, so whatever is more than `user@realm` does not count as one. */
export function spellingIn(text: string, aor: AddressOfRecord): string {
  const bare = text.replace(/^sips?:/i, "");
  return !/[:;?]/.test(bare) && parseAddressOfRecord(bare) === aor ? bare : aor;
}

export const addressParameter = z.object({
  aor: addressOfRecord.openapi({
    param: { name: "aor", in: "path" },
    type: "string",
    example: "alice@example.com",
    description: "The address-of-record, percent-encoded where a path needs it",
  }),
});

/** 404 for an address-of-record of a realm that is not ours; a malformed one is the schema's to refuse. */
export const requireOwnRealm: MiddlewareHandler<AppEnv> = async (c, next) => {
  const aor = parseAddressOfRecord(c.req.param("aor") ?? "");
  if (aor !== undefined && !servesRealm(aor, c.var.settings)) return problemResponse(noSuchRealm);
  await next();
  return undefined;
};

export const noSuchRealm = notFound("This gateway does not serve that realm.");
export const noSuchAccount = notFound("There is no such account.");
