// What all routes of a user's own have in common: pages of allowed origins may call them, and whoever asks logs in as
// over SIP, or by the session of his page.

import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { epochMs } from "../../base/brand";
import type { Result } from "../../base/result";
import type { HttpPurpose } from "../../contracts/user-authentication";
import { type AddressOfRecord, parseAddressOfRecord } from "../../sip/uri/address-of-record";
import type { AppEnv } from "../app-env";
import { crossOrigin } from "../cross-origin";
import { invalidRequest, methodNotAllowed, type Problem, problemResponse } from "../problem";
import { keptCookie } from "../session-cookie";
import { queryParameter } from "../upgrade/upgrade-request";
import { type AuthenticatedUser, authenticateUser, sessionOf } from "../user-authentication";

export const ownSecurity: { readonly [scheme: string]: string[] }[] = [
  { userToken: [] },
  { userDigest: [] },
  { userSession: [] },
];

/** Names the user before anybody has logged in. */
export const aorQuery = {
  aor: z.string().max(512).optional().openapi({
    example: "alice@example.com",
    description: "The user; may be left out where a token or the digest user name says it",
  }),
};

/** Before the handlers of a path: its origins, its session. */
export function openToPages(api: OpenAPIHono<AppEnv>, path: string, methods: readonly string[]): void {
  api.use(path, withRenewedSession);
  api.use(path, crossOrigin(methods));
}

/** The answer carries what becomes of the session that it was given for. */
export const withRenewedSession: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  const { renewedSession } = c.var;
  if (renewedSession !== undefined) c.res.headers.append("Set-Cookie", renewedSession);
};

/**
 * Before the handlers of a path that takes a body: whoever shows no credentials is challenged, whatever the body says.
 * curl, for one, sends none with the request that is to get it a nonce (RFC 7616 §3.3).
 */
export function challengeFirst(api: OpenAPIHono<AppEnv>, path: string, purpose: HttpPurpose): void {
  api.use(path, async (c, next) => {
    const isBare = c.req.method === "PUT" && !showsCredentials(c);
    const user = isBare ? await userOf(c, purpose) : undefined;
    if (user?.ok === false) return problemResponse(user.error);
    await next();
    return undefined;
  });
}

function showsCredentials(c: Context<AppEnv>): boolean {
  if (c.req.header("authorization") !== undefined) return true;
  const named = namedUser(c.req.url);
  return named !== "malformed" && sessionOf(c.req.raw, named, c.var.settings) !== undefined;
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
  const user = await authenticateUser(c.req.raw, purpose, named, {
    settings: c.var.settings,
    objects: c.env.objects,
    verifyToken: c.env.verifyToken,
    keyring: c.env.keyring,
  });
  const session = user.ok ? user.value.session : undefined;
  if (session?.renewed !== undefined) {
    const renewed = { name: session.cookie.name, value: session.renewed };
    c.set("renewedSession", keptCookie(renewed, session.expiresAt, epochMs(Date.now())));
  }
  return user;
}

/** The user of `?aor=`. A plus sign in it stays one, as at the upgrade. */
function namedUser(url: string): AddressOfRecord | "malformed" | undefined {
  const written = queryParameter(new URL(url).search.slice(1), "aor") ?? "";
  return written === "" ? undefined : (parseAddressOfRecord(written) ?? "malformed");
}

const noAddress = invalidRequest([{ where: "aor", detail: "is no address-of-record" }]);
