// The session of a page: its user logs in once with password or token, and the browser keeps what comes of it where
// no script can read it.
//
// No other origin may call this, whatever ALLOWED_ORIGINS says: SameSite=Strict would make the cookie useless there.
// No answer is a challenge (RFC 9110 §15.5.2 wants one in a 401): a browser would ask for the password in a window of
// its own, over the page that has just asked for it.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { epochMs } from "../base/brand";
import type { SessionOpened, SessionOpening } from "../contracts/user-authentication";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { formatDateTime } from "../xml/date-time";
import { addressOfRecord, noSuchRealm, spelledAddress } from "./admin/address-parameter";
import { problemResponses } from "./admin/problem-responses";
import type { AppEnv } from "./app-env";
import { log } from "./log";
import { closePath, userOf, withRenewedSession } from "./me/own-routes";
import { asNewcomer } from "./newcomers";
import { twice } from "./objects";
import {
  forbidden,
  notAuthenticated,
  notFound,
  type Problem,
  problemResponse,
  tooLarge,
  tooManyRequests,
  unavailable,
} from "./problem";
import {
  clearedCookie,
  crowdedOut,
  isOwnPage,
  keptCookie,
  sessionCookieName,
  sessionCookieNames,
} from "./session-cookie";
import { servesRealm } from "./upgrade/route-upgrade";
import { readUpgradeRequest } from "./upgrade/upgrade-request";
import { sessionOf } from "./user-authentication";

const path = "/session";
const methods = ["GET", "POST", "DELETE"];
const tags = ["Session"];
const longestBody = 16 * 1024;

/** Strict: a password beside a token would be one of the two that is not looked at. */
const opening = z
  .union([
    z.strictObject({ aor: spelledAddress, password: z.string().min(1).max(256) }),
    z.strictObject({ aor: spelledAddress.exactOptional(), token: z.string().min(1).max(8192) }),
  ])
  .openapi("SessionOpening", {
    type: "object",
    example: { aor: "alice@example.com", password: "correct horse battery staple" },
  });

const query = z.object({
  aor: addressOfRecord.openapi({ example: "alice@example.com", description: "The user whose session it is" }),
});

const openSession = createRoute({
  method: "post",
  path,
  tags,
  summary: "Log a page in",
  description: "With the user's password, or with a bearer token. The cookie lasts SESSION_SECONDS.",
  security: [],
  request: { body: { content: { "application/json": { schema: opening } }, required: true } },
  responses: {
    204: { description: "The session is in the cookie" },
    ...problemResponses(400, 403, 404, 413, 415, 429),
  },
});

const readSession = createRoute({
  method: "get",
  path,
  tags,
  summary: "Whether the page is logged in as that user",
  security: [{ userSession: [] }],
  request: { query },
  responses: {
    200: {
      description: "It is; after half of its time the cookie is renewed",
      content: {
        "application/json": {
          schema: z.object({ aor: z.string(), expiresAt: z.iso.datetime() }).openapi("Session"),
        },
      },
    },
    ...problemResponses(400, 404, 429),
  },
});

const endSession = createRoute({
  method: "delete",
  path,
  tags,
  summary: "Log the page out",
  description: "The cookie goes. What the session is bound to is the account: see the password.",
  security: [],
  request: { query },
  responses: { 204: { description: "There is no session in the browser" }, ...problemResponses(400, 403) },
});

/** Adds the routes. They come before whatever asks for the administrator. */
export function addSessionRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openAPIRegistry.registerComponent("securitySchemes", "userSession", {
    type: "apiKey",
    in: "cookie",
    name: "durasip_session_<hash>",
  });
  api.use(path, withRenewedSession);
  api.use(path, ownPagesOnly);
  api.use(
    path,
    bodyLimit({ maxSize: longestBody, onError: () => problemResponse(tooLarge("A body holds 16 KiB.")) }),
  );
  api.openapi(openSession, async (c) => {
    if (c.var.settings.sessionLifetime === 0) return problemResponse(noSessions);
    return logIn(c, c.req.valid("json"));
  });
  api.openapi(readSession, async (c) => {
    const { aor } = c.req.valid("query");
    if (!servesRealm(aor, c.var.settings)) return problemResponse(noSuchRealm);
    if (sessionOf(c.req.raw, aor, c.var.settings) === undefined) return problemResponse(notLoggedIn);
    const user = await userOf(c, "session");
    if (!user.ok) return problemResponse(user.error);
    const { session } = user.value;
    if (session === undefined) return problemResponse(notLoggedIn);
    return c.json({ aor, expiresAt: formatDateTime(session.expiresAt) }, 200);
  });
  api.openapi(endSession, (c) => {
    const cleared = sessionCookieNames(c.req.valid("query").aor).map(clearedCookie);
    return withCookies(cleared);
  });
  closePath(api, path, methods);
}

const ownPagesOnly: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (!isOwnPage(readUpgradeRequest(c.req.raw))) return problemResponse(foreignPage);
  await next();
  return undefined;
};

async function logIn(c: Context<AppEnv>, body: z.infer<typeof opening>): Promise<Response> {
  const { settings } = c.var;
  const facts = readUpgradeRequest(c.req.raw, settings.clientAddressHeader);
  const { address } = facts;
  if (!("token" in body)) {
    const { aor, spelling } = body.aor;
    if (!servesRealm(aor, settings)) return problemResponse(noSuchRealm);
    return open(c, aor, { spelling, address, proof: { kind: "password", password: body.password } });
  }
  if (settings.tokens === undefined) return problemResponse(notLoggedIn);
  const verified = await c.env.verifyToken(body.token, settings);
  if (!verified.ok) {
    const { code, transient } = verified.error;
    log(transient ? "error" : "info", "token refused", { code });
    return problemResponse(transient ? unavailable : notLoggedIn);
  }
  const { aor, expiresAt } = verified.value;
  if (body.aor !== undefined && body.aor.aor !== aor) {
    return problemResponse(forbidden("The token is another user's."));
  }
  return open(c, aor, { spelling: aor, address, proof: { kind: "token", expiresAt } });
}

async function open(c: Context<AppEnv>, aor: AddressOfRecord, opening: SessionOpening): Promise<Response> {
  const ask = () => twice(() => c.env.objects.home(aor).openSession(opening));
  const isProved = opening.proof.kind === "token";
  const opened = isProved ? await ask() : await asNewcomer(opening.address, c.var.settings.limits, ask);
  if (opened.kind !== "opened") return problemResponse(problemOf(opened));
  const facts = readUpgradeRequest(c.req.raw);
  const name = sessionCookieName(facts, aor);
  log("info", "session opened", { aor });
  const kept = keptCookie({ name, value: opened.session }, opened.expiresAt, epochMs(Date.now()));
  return withCookies([...crowdedOut(facts, name).map(clearedCookie), kept]);
}

function problemOf(opened: Exclude<SessionOpened, { kind: "opened" }>): Problem {
  switch (opened.kind) {
    case "refused":
      return notLoggedIn;
    case "held-off":
      return tooManyRequests(opened.retryAfter);
    case "no-account":
      return forbidden("The token is valid; its user has no account here, or a closed one.");
  }
}

function withCookies(cookies: readonly string[]): Response {
  const headers = new Headers();
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 204, headers });
}

const notLoggedIn = notAuthenticated([]);
const foreignPage = forbidden("Sessions are for pages of the gateway's own origin.");
const noSessions = notFound("This gateway keeps no sessions.");
