// XCAP (RFC 4825) at `/xcap`: a user's own documents, by the login of his other calls over HTTP.
//
// The tree in the path says whose home is asked. The credentials say who asks: whoever logs in as somebody else
// has proved it at his own home, and is then refused here. The global tree is for everybody (§5.7) and the same for all,
// so it is served without a login and without any home.
//
// Answers may be kept by the client that asked, for their entity tags, and are asked about each time (§9); nobody
// in between may keep or change them: an edge that compresses makes a strong entity tag weak, and XCAP needs strong ones.

import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { XcapAnswer, XcapCall } from "../../contracts/xcap-access";
import type { AppEnv } from "../app-env";
import { crossOrigin } from "../cross-origin";
import { asNewcomer } from "../newcomers";
import { twice } from "../objects";
import { forbidden, methodNotAllowed, type Problem, problemResponse, tooLarge } from "../problem";
import { servesRealm } from "../upgrade/route-upgrade";
import { type Login, prepareLogin, problemOfLogin, userInCredentials } from "../user-authentication";
import { serveGlobalTree } from "./global-tree";
import { longestXcapBody, readXcapCall, treeOf, XCAP_PREFIX } from "./xcap-request";
import { xcapResponse } from "./xcap-response";

const methods = ["GET", "HEAD", "PUT", "DELETE"];
const below = `${XCAP_PREFIX}/*`;

/** Adds the routes, and what comes before them: origins, caching, the size of a body. */
export function addXcapRoutes(app: Hono<AppEnv>): void {
  app.use(below, async (c, next) => {
    await next();
    c.res.headers.set("Cache-Control", "private, no-cache, no-transform");
  });
  app.use(below, crossOrigin(methods, { asked: ["If-Match", "If-None-Match"], exposed: ["ETag", "Allow"] }));
  app.use(
    below,
    bodyLimit({
      maxSize: longestXcapBody,
      onError: () => problemResponse(tooLarge("A document holds 64 Ki characters.")),
    }),
  );
  app.all(below, serve);
}

async function serve(c: Context<AppEnv>): Promise<Response> {
  const request = c.req.raw;
  if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { Allow: allowed } });
  if (!methods.includes(request.method)) return problemResponse(methodNotAllowed(methods));
  if (isEncoded(request)) return problemResponse(encoded);
  const call = await readXcapCall(request);
  const tree = treeOf(call.path);
  if (tree.kind === "global") return xcapResponse(serveGlobalTree(call));
  if (tree.kind === "nobody" || !servesRealm(tree.aor, c.var.settings)) return problemResponse(notYours);
  const { objects, verifyToken, keyring } = c.env;
  const options = { settings: c.var.settings, objects, verifyToken, keyring };
  const named = userInCredentials(request, c.var.settings) ?? tree.aor;
  const login = await prepareLogin(request, "xcap", named, options);
  if (!login.ok) return problemResponse(login.error);
  const answer = await ask(c, login.value, call);
  return answer.kind === "answered" ? xcapResponse(answer) : problemResponse(problemOfLogin(answer));
}

async function ask(c: Context<AppEnv>, login: Login, call: XcapCall): Promise<XcapAnswer> {
  const { hasValidToken, address } = login.login;
  const once = () => askHome(c, login, call);
  return hasValidToken ? once() : asNewcomer(address, c.var.settings.limits, once);
}

/** One call; twice where the first was cut short and the request says the same both times. */
function askHome(c: Context<AppEnv>, { aor, login }: Login, call: XcapCall): Promise<XcapAnswer> {
  const once = (): Promise<XcapAnswer> => c.env.objects.home(aor).askXcap(login, call);
  const isRepeatable =
    call.ifMatch === undefined && call.ifNoneMatch === undefined && call.method !== "DELETE";
  return isRepeatable ? twice(once) : once();
}

/** RFC 9110 §8.4: a body is taken as it is. */
const isEncoded = ({ headers }: Request): boolean =>
  (headers.get("content-encoding") ?? "identity").toLowerCase() !== "identity";

const allowed = methods.join(", ");
const notYours = forbidden("These documents are another user's.");
const encoded: Problem = {
  name: "unsupported-media-type",
  status: 415,
  title: "The body must not be encoded",
  headers: { "Accept-Encoding": "identity" },
};
