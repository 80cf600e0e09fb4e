// What all routes of a user's own have in common: pages of allowed origins may call them, nothing of them is kept by
// caches, and whoever asks logs in as over SIP.

import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Result } from "../../base/result";
import type { HttpPurpose } from "../../contracts/user-authentication";
import { type AddressOfRecord, parseAddressOfRecord } from "../../sip/uri/address-of-record";
import type { AppEnv } from "../app-env";
import { crossOrigin } from "../cross-origin";
import { invalidRequest, methodNotAllowed, type Problem, problemResponse } from "../problem";
import { queryParameter } from "../upgrade/upgrade-request";
import { type AuthenticatedUser, authenticateUser } from "../user-authentication";

export const ownSecurity: { readonly [scheme: string]: string[] }[] = [{ userToken: [] }, { userDigest: [] }];

/** Names the user before anybody has logged in. */
export const aorQuery = {
  aor: z.string().max(512).optional().openapi({
    example: "alice@example.com",
    description: "The user; may be left out where a token or the digest user name says it",
  }),
};

/** Before the handlers of a path: its origins, its caching. */
export function openToPages(api: OpenAPIHono<AppEnv>, path: string, methods: readonly string[]): void {
  api.use(path, async (c, next) => {
    await next();
    c.res.headers.set("Cache-Control", "no-store");
  });
  api.use(path, crossOrigin(methods));
}

/**
 * Before the handlers of a path that takes a body: whoever shows no credentials is challenged, whatever the body says.
 * curl, for one, sends none with the request that is to get it a nonce (RFC 7616 §3.3).
 */
export function challengeFirst(api: OpenAPIHono<AppEnv>, path: string, purpose: HttpPurpose): void {
  api.use(path, async (c, next) => {
    const isBare = c.req.method === "PUT" && c.req.header("authorization") === undefined;
    const user = isBare ? await userOf(c, purpose) : undefined;
    if (user?.ok === false) return problemResponse(user.error);
    await next();
    return undefined;
  });
}

/** Behind the handlers of a path: what it does not know. */
export function closePath(api: OpenAPIHono<AppEnv>, path: string, methods: readonly string[]): void {
  api.all(path, () => problemResponse(methodNotAllowed(methods)));
}

/** The user who asks, or what is wrong. */
export async function userOf(
  c: Context<AppEnv>,
  purpose: HttpPurpose,
): Promise<Result<AuthenticatedUser, Problem>> {
  const named = namedUser(c.req.url);
  if (named === "malformed") return { ok: false, error: noAddress };
  return authenticateUser(c.req.raw, purpose, named, {
    settings: c.var.settings,
    objects: c.env.objects,
    verifyToken: c.env.verifyToken,
  });
}

/** The user of `?aor=`. A plus sign in it stays one, as at the upgrade. */
function namedUser(url: string): AddressOfRecord | "malformed" | undefined {
  const written = queryParameter(new URL(url).search.slice(1), "aor") ?? "";
  return written === "" ? undefined : (parseAddressOfRecord(written) ?? "malformed");
}

const noAddress = invalidRequest([{ where: "aor", detail: "is no address-of-record" }]);
