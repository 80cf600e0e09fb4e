// The API under /v1: the administrator's, but for the calls that are the user's own; who may use it, what it takes, and
// how it says no (RFC 9457 throughout).

import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { z } from "zod";
import { epochMs } from "../../base/brand";
import type { AppEnv } from "../app-env";
import { heldUntil } from "../guess-guard";
import { addOwnCallRoutes } from "../me/call-routes";
import { addOwnMessageRoutes } from "../me/message-routes";
import { addOwnPresenceRoutes } from "../me/presence-routes";
import { addOwnWatcherRoutes } from "../me/watcher-routes";
import { invalidRequest, methodNotAllowed, problemResponse, type RequestFault, tooLarge } from "../problem";
import { addSessionRoutes } from "../session-routes";
import { addTurnRoutes } from "../turn/turn-routes";
import { readUpgradeRequest } from "../upgrade/upgrade-request";
import { addAccountListRoutes } from "./account-list-routes";
import { addAccountRoutes } from "./account-routes";
import { requireOwnRealm } from "./address-parameter";
import { AdminGuard } from "./admin-guard";
import { addCallRoutes } from "./call-routes";
import { addDescription } from "./description";
import { addDeviceRoutes } from "./device-routes";
import { addFigureRoutes } from "./figure-routes";
import { addHealthRoutes } from "./health-routes";
import { addLadderRoutes, addSharedLadderRoutes } from "./ladder-routes";
import { addMessageRoutes } from "./message-routes";
import { addMessageSummaryRoutes } from "./message-summary-routes";
import { addMetricsRoutes } from "./metrics-routes";
import { addRecordingRoutes } from "./recording-routes";
import { addSettingRoutes } from "./setting-routes";

const longestBody = 64 * 1024;
const mostFaults = 20;

/** The API, to be mounted at /v1. */
export function createAdminApi(): OpenAPIHono<AppEnv> {
  const api = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) return problemResponse(invalidRequest(faultsOf(result.target, result.error)));
      return undefined;
    },
  });
  addDescription(api);
  addSessionRoutes(api);
  addTurnRoutes(api);
  addOwnCallRoutes(api);
  addOwnMessageRoutes(api);
  addOwnPresenceRoutes(api);
  addOwnWatcherRoutes(api);
  addSharedLadderRoutes(api);
  api.use(requireAdministrator());
  api.use(
    bodyLimit({ maxSize: longestBody, onError: () => problemResponse(tooLarge("A body holds 64 KiB.")) }),
  );
  api.use("/accounts/:aor/*", requireOwnRealm);
  addAccountRoutes(api);
  addDeviceRoutes(api);
  addAccountListRoutes(api);
  addMessageRoutes(api);
  addMessageSummaryRoutes(api);
  addCallRoutes(api);
  addFigureRoutes(api);
  addRecordingRoutes(api);
  addLadderRoutes(api);
  addMetricsRoutes(api);
  addSettingRoutes(api);
  addHealthRoutes(api);
  refuseOtherMethods(api);
  return api;
}

function requireAdministrator(): MiddlewareHandler<AppEnv> {
  const guard = new AdminGuard();
  return async (c, next) => {
    const { settings, adminToken } = c.var;
    const [realm = ""] = settings.realms;
    const refusal = await guard.refuse({
      authorization: c.req.header("authorization"),
      expected: adminToken,
      address: readUpgradeRequest(c.req.raw, settings.clientAddressHeader).address,
      now: epochMs(Date.now()),
      heldUntil: (guess) => heldUntil(realm, () => c.env.objects.realm(realm), guess),
    });
    if (refusal !== undefined) return problemResponse(refusal);
    await next();
    return undefined;
  };
}

/** What does not fit a schema, without the values: they may be secrets. */
function faultsOf(target: string, error: z.ZodError): readonly RequestFault[] {
  const faults = error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => fault(target, [...issue.path, key], "is not known here"))
      : [fault(target, issue.path, issue.message)],
  );
  return faults.slice(0, mostFaults);
}

function fault(target: string, path: readonly PropertyKey[], detail: string): RequestFault {
  if (target !== "json") return { where: path.map(String).join("."), detail };
  // RFC 6901 §3 and §6
  const steps = path.map((step) =>
    encodeURIComponent(String(step).replaceAll("~", "~0").replaceAll("/", "~1")),
  );
  return { where: ["#", ...steps].join("/"), detail };
}

/** RFC 9110 §15.5.6: a path that exists says which methods it has. */
function refuseOtherMethods(api: OpenAPIHono<AppEnv>): void {
  const methods = new Map<string, string[]>();
  for (const definition of api.openAPIRegistry.definitions) {
    if (definition.type !== "route") continue;
    const { path, method } = definition.route;
    methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
  }
  for (const [path, allowed] of methods) {
    api.all(path.replaceAll(/\{(\w+)\}/g, ":$1"), () => problemResponse(methodNotAllowed(allowed)));
  }
}
