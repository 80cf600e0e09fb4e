// The Worker's HTTP: the WebSocket edge, the administration API, XCAP, and the pages.

import { Hono, type MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Settings } from "../contracts/settings";
import { createAdminApi } from "./admin/admin-api";
import type { AppEnv } from "./app-env";
import { describeThrow, log } from "./log";
import { isOverloaded, isTransient, isUnknownThere } from "./objects";
import {
  brokenConfiguration,
  internalProblem,
  invalidRequest,
  methodNotAllowed,
  notFound,
  type Problem,
  problemResponse,
  unavailable,
} from "./problem";
import { withSecurityHeaders } from "./security-headers";
import { isSocketPath } from "./upgrade/route-upgrade";
import { serveUpgrade } from "./upgrade/upgrade";
import { addXcapRoutes } from "./xcap/xcap-routes";

/** The app: `app.fetch(request, gateway)` answers every request to the Worker. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(secured);
  app.use(configured);
  app.get("/health", (c) => c.json({ status: "ok", demo: demonstrationOf(c.var.settings) }));
  app.all("/health", () => problemResponse(methodNotAllowed(["GET"])));
  app.use(sockets);
  app.use("/v1/*", notStored);
  app.route("/v1", createAdminApi());
  addXcapRoutes(app);
  app.notFound((c) =>
    /^\/(?:v1|xcap)(?:\/|$)/.test(c.req.path)
      ? problemResponse(notFound("There is nothing at this path."))
      : c.env.assets.fetch(c.req.raw),
  );
  app.onError((thrown, c) => {
    const problem = problemOfThrow(thrown);
    if (problem.status >= 500) {
      log("error", "request failed", { method: c.req.method, path: c.req.path, ...describeThrow(thrown) });
    }
    return problemResponse(problem);
  });
  return app;
}

/** In a demonstration the page offers its accounts; a deployment tells nothing about its own. */
const demonstrationOf = ({ demo, realms: [realm] }: Settings) =>
  demo === undefined ? undefined : { realm, accounts: demo.accounts };

const secured: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  c.res = withSecurityHeaders(c.res);
};

/** Answers about users are for whoever asked, now. */
const notStored: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  c.res.headers.set("Cache-Control", "no-store");
};

/** A gateway with a variable that makes no sense serves nobody; its log says which. */
const configured: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { configuration } = c.env;
  if (!configuration.ok) {
    log("error", "configuration refused", { problem: configuration.problem });
    return problemResponse(brokenConfiguration);
  }
  c.set("settings", configuration.settings);
  c.set("adminToken", configuration.secrets.adminToken);
  c.set("relay", configuration.secrets.relay);
  await next();
  return undefined;
};

/** The WebSocket paths; the first page shares one of them. */
const sockets: MiddlewareHandler<AppEnv> = async (c, next) => {
  const isPage = c.req.path === "/" && c.req.header("upgrade") === undefined;
  if (isPage || !isSocketPath(c.req.path)) {
    await next();
    return undefined;
  }
  const { objects, verifyToken, entropy } = c.env;
  return serveUpgrade(c.req.raw, { settings: c.var.settings, objects, verifyToken, entropy });
};

/** The one place where a throw becomes an answer. */
function problemOfThrow(thrown: unknown): Problem {
  if (isTransient(thrown) || isOverloaded(thrown) || isUnknownThere(thrown)) return unavailable;
  if (!(thrown instanceof HTTPException)) return internalProblem;
  if (thrown.status === 415) return unsupportedMediaType;
  return thrown.status === 400
    ? invalidRequest([{ where: "#", detail: "is no well-formed JSON" }])
    : internalProblem;
}

const unsupportedMediaType: Problem = {
  name: "unsupported-media-type",
  status: 415,
  title: "The body must be application/json",
};
