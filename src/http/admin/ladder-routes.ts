// A call as a ladder: read, exported, and shared by a token with somebody who has no admin token.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { epochMs } from "../../base/brand";
import type { Ladder } from "../../contracts/ladder";
import { mintLadderToken, readLadderToken } from "../../flow/ladder-token";
import { formatDateTime } from "../../xml/date-time";
import type { AppEnv } from "../app-env";
import { log } from "../log";
import { notFound, type Problem, problemResponse } from "../problem";
import { addressParameter } from "./address-parameter";
import { captureContentType, ladderFile } from "./ladder-export";
import { problemResponses } from "./problem-responses";
import { type LadderRequest, readLadder } from "./read-ladder";
import {
  callIdParameter,
  exportQuery,
  ladder,
  ladderQuery,
  sharedLadder,
  shareOrder,
} from "./recording-schemas";

const tags = ["Flight recorder"];
const path = "/accounts/{aor}/ladders/{callId}";
const params = addressParameter.extend({ callId: callIdParameter });
const shown = { description: "The ladder", content: { "application/json": { schema: ladder } } };
const file = {
  description: "A file",
  content: {
    "text/plain": { schema: z.string() },
    [captureContentType]: { schema: z.string().openapi({ format: "binary" }) },
  },
};

const read = createRoute({
  method: "get",
  path,
  tags,
  summary: "Read a call as a ladder, joined from the homes it went over",
  request: { params, query: ladderQuery },
  responses: { 200: shown, ...problemResponses(400, 404) },
});

const exported = createRoute({
  method: "get",
  path: `${path}/export`,
  tags,
  summary: "Export a ladder as text, or as a capture that Wireshark and sngrep read",
  request: { params, query: exportQuery },
  responses: { 200: file, ...problemResponses(400, 404) },
});

const share = createRoute({
  method: "post",
  path: `${path}/share`,
  tags,
  summary: "Make a token with which this ladder alone can be read, for a time",
  request: { params, body: { content: { "application/json": { schema: shareOrder } }, required: true } },
  responses: {
    200: { description: "The token", content: { "application/json": { schema: sharedLadder } } },
    ...problemResponses(400, 404, 413, 415),
  },
});

const security = [{ ladderToken: [] }];

const readShared = createRoute({
  method: "get",
  path: "/shared-ladder",
  tags,
  summary: "Read the ladder of a share token",
  security,
  request: { query: ladderQuery },
  responses: { 200: shown, ...problemResponses(400, 404) },
});

const exportShared = createRoute({
  method: "get",
  path: "/shared-ladder/export",
  tags,
  summary: "Export the ladder of a share token",
  security,
  request: { query: exportQuery },
  responses: { 200: file, ...problemResponses(400, 404) },
});

/** The routes that need no admin token; to be added before it is asked for. */
export function addSharedLadderRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openAPIRegistry.registerComponent("securitySchemes", "ladderToken", { type: "http", scheme: "bearer" });
  api.openapi(readShared, async (c) => {
    const found = await sharedLadderOf(c, c.req.valid("query").after);
    if (found instanceof Response) return found;
    c.header("Cache-Control", "no-store");
    return c.json(found, 200);
  });
  api.openapi(exportShared, async (c) => {
    const found = await sharedLadderOf(c, undefined);
    return found instanceof Response ? found : ladderFile(found, c.req.valid("query").format);
  });
}

/** Those of the administrator. */
export function addLadderRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openapi(read, async (c) => {
    const found = await readLadder(
      c.env.objects,
      requested(c.req.valid("param"), c.req.valid("query").after),
    );
    if (found === undefined) return problemResponse(noSuchLadder);
    c.header("Cache-Control", "no-store");
    return c.json(found, 200);
  });
  api.openapi(exported, async (c) => {
    const found = await readLadder(c.env.objects, c.req.valid("param"));
    return found === undefined
      ? problemResponse(noSuchLadder)
      : ladderFile(found, c.req.valid("query").format);
  });
  api.openapi(share, async (c) => {
    const { aor, callId } = c.req.valid("param");
    const { seconds } = c.req.valid("json");
    if ((await readLadder(c.env.objects, { aor, callId })) === undefined)
      return problemResponse(noSuchLadder);
    const expiresAt = epochMs(Date.now() + seconds * 1000);
    const token = mintLadderToken((await c.env.keyring()).seal("ladder"), { aor, callId, expiresAt });
    log("info", "ladder shared", { aor, seconds });
    c.header("Cache-Control", "no-store");
    return c.json({ token, url: `/ladder#${token}`, expiresAt: formatDateTime(expiresAt) }, 200);
  });
}

const requested = ({ aor, callId }: LadderRequest, after: string | undefined): LadderRequest =>
  after === undefined ? { aor, callId } : { aor, callId, after };

/** The ladder that the bearer token of the request opens, or the answer in its place. */
async function sharedLadderOf(c: Context<AppEnv>, after: string | undefined): Promise<Ladder | Response> {
  const token = /^Bearer +([A-Za-z0-9_-]{1,4096}) *$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (token === undefined) return problemResponse(noShareToken);
  const opened = readLadderToken((await c.env.keyring()).seal("ladder"), token, epochMs(Date.now()));
  if (opened === undefined) return problemResponse(noShareToken);
  const { aor, callId } = opened;
  return (
    (await readLadder(c.env.objects, requested({ aor, callId }, after))) ?? problemResponse(noSuchLadder)
  );
}

const noSuchLadder = notFound("Nothing of that call was recorded here, or it is no longer kept.");

/** The same for a token that is none and for one that has expired. */
const noShareToken: Problem = {
  name: "share-token-wrong",
  status: 401,
  title: "This link has expired, or is none",
  headers: { "WWW-Authenticate": 'Bearer realm="durasip shared ladder"' },
};
