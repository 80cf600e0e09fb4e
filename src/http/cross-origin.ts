// What pages of other origins may ask of the HTTP of users (Fetch Standard §3.2, the CORS protocol): those that may open
// a socket, and nobody else. No cookie counts here, so none is allowed along.

import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./app-env";
import { forbidden, problemResponse } from "./problem";
import { judgeOrigin } from "./upgrade/origin";
import { readUpgradeRequest } from "./upgrade/upgrade-request";

const preflightSeconds = 600;

/** Header fields beside those of every login: of requests, and of responses. */
export interface CrossOriginFields {
  readonly asked: readonly string[];
  readonly exposed: readonly string[];
}

const noFields: CrossOriginFields = { asked: [], exposed: [] };

/** Lets the origins of the setting in, for these methods, and answers their preflights. */
export const crossOrigin =
  (methods: readonly string[], fields: CrossOriginFields = noFields): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const facts = readUpgradeRequest(c.req.raw);
    const { origin } = facts;
    const isRefused = judgeOrigin(facts, c.var.settings.allowedOrigins) === "refused";
    const isPreflight =
      c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined;
    if (isRefused) c.res = problemResponse(forbidden("This Origin is not allowed."));
    else if (isPreflight) c.res = preflight(methods, fields.asked);
    else await next();
    c.res.headers.append("Vary", "Origin");
    if (origin === undefined || isRefused) return;
    c.res.headers.set("Access-Control-Allow-Origin", origin);
    // Without it a page could neither answer a challenge nor know when to come again.
    const exposed = ["WWW-Authenticate", "Retry-After", ...fields.exposed];
    c.res.headers.set("Access-Control-Expose-Headers", exposed.join(", "));
  };

const preflight = (methods: readonly string[], asked: readonly string[]): Response =>
  new Response(null, {
    status: 204,
    headers: {
      "Access-Control-Allow-Methods": methods.join(", "),
      "Access-Control-Allow-Headers": ["Authorization", "Content-Type", ...asked].join(", "),
      "Access-Control-Max-Age": String(preflightSeconds),
    },
  });
