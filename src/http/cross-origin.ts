// What pages of other origins may ask of the HTTP of users (Fetch Standard §3.2, the CORS protocol): those that may open
// a socket, and nobody else. No cookie counts here, so none is allowed along.

import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./app-env";
import { forbidden, problemResponse } from "./problem";
import { judgeOrigin } from "./upgrade/origin";
import { readUpgradeRequest } from "./upgrade/upgrade-request";

const preflightSeconds = 600;

/** Lets the origins of the setting in, for these methods, and answers their preflights. */
export const crossOrigin =
  (methods: readonly string[]): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const facts = readUpgradeRequest(c.req.raw);
    const { origin } = facts;
    const isRefused = judgeOrigin(facts, c.var.settings.allowedOrigins) === "refused";
    const isPreflight =
      c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined;
    if (isRefused) c.res = problemResponse(forbidden("This Origin is not allowed."));
    else if (isPreflight) c.res = preflight(methods);
    else await next();
    c.res.headers.append("Vary", "Origin");
    if (origin === undefined || isRefused) return;
    c.res.headers.set("Access-Control-Allow-Origin", origin);
    // Without it a page could neither answer a challenge nor know when to come again.
    c.res.headers.set("Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After");
  };

const preflight = (methods: readonly string[]): Response =>
  new Response(null, {
    status: 204,
    headers: {
      "Access-Control-Allow-Methods": methods.join(", "),
      "Access-Control-Allow-Headers": "Authorization, Content-Type",
      "Access-Control-Max-Age": String(preflightSeconds),
    },
  });
