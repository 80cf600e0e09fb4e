// The flight recorder of an account: switched on and off, and what it has.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { epochMs } from "../../base/brand";
import type { ExchangePage, RecorderView } from "../../contracts/flight-record";
import { formatDateTime } from "../../xml/date-time";
import type { AppEnv } from "../app-env";
import { log } from "../log";
import { twice } from "../objects";
import { problemResponse } from "../problem";
import { addressParameter, noSuchAccount } from "./address-parameter";
import { problemResponses } from "./problem-responses";
import { exchangePage, exchangeQuery, recorderView, recordingOrder } from "./recording-schemas";

const tags = ["Flight recorder"];
const path = "/accounts/{aor}/recording";
const params = addressParameter;
const content = { "application/json": { schema: recorderView } };

const readRecorder = createRoute({
  method: "get",
  path,
  tags,
  summary: "Read what is being recorded, and how much is kept",
  request: { params },
  responses: { 200: { description: "As it is", content }, ...problemResponses(400, 404) },
});

const startRecording = createRoute({
  method: "put",
  path,
  tags,
  summary: "Record all messages of this account for a time",
  description: "Credentials, tokens and the keys of media are taken out before anything is stored.",
  request: { params, body: { content: { "application/json": { schema: recordingOrder } }, required: true } },
  responses: { 200: { description: "It records", content }, ...problemResponses(400, 404, 413, 415) },
});

const stopRecording = createRoute({
  method: "delete",
  path,
  tags,
  summary: "Stop recording; with `forget` what was recorded is deleted too",
  request: { params, query: z.strictObject({ forget: z.enum(["true", "false"]).default("false") }) },
  responses: { 200: { description: "As it is now", content }, ...problemResponses(400, 404) },
});

const listExchanges = createRoute({
  method: "get",
  path: `${path}/exchanges`,
  tags,
  summary: "List what was recorded by Call-ID, newest first",
  request: { params, query: exchangeQuery },
  responses: {
    200: { description: "One page", content: { "application/json": { schema: exchangePage } } },
    ...problemResponses(400, 404),
  },
});

/** Adds the routes. */
export function addRecordingRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openapi(readRecorder, async (c) => {
    const { aor } = c.req.valid("param");
    const view = await twice(() => c.env.objects.home(aor).readRecorder());
    return view === undefined ? problemResponse(noSuchAccount) : c.json(recorderAnswer(view), 200);
  });
  api.openapi(startRecording, async (c) => {
    const { aor } = c.req.valid("param");
    const { seconds, bodies } = c.req.valid("json");
    const view = await twice(() => c.env.objects.home(aor).startRecording(seconds, bodies));
    if (view === undefined) return problemResponse(noSuchAccount);
    log("info", "recording began", { aor, seconds, bodies });
    return c.json(recorderAnswer(view), 200);
  });
  api.openapi(stopRecording, async (c) => {
    const { aor } = c.req.valid("param");
    const forget = c.req.valid("query").forget === "true";
    const view = await twice(() => c.env.objects.home(aor).stopRecording(forget));
    if (view === undefined) return problemResponse(noSuchAccount);
    log("info", "recording ended", { aor, forget });
    return c.json(recorderAnswer(view), 200);
  });
  api.openapi(listExchanges, async (c) => {
    const { aor } = c.req.valid("param");
    const { before, limit } = c.req.valid("query");
    const page = await twice(() => c.env.objects.home(aor).listExchanges(before, limit));
    return page === undefined ? problemResponse(noSuchAccount) : c.json(exchangeAnswer(page), 200);
  });
}

function recorderAnswer({ recording, failedCalls, kept }: RecorderView) {
  const { messages, octets, oldestAt } = kept;
  return {
    ...(recording === undefined
      ? {}
      : {
          recording: {
            since: formatDateTime(recording.since),
            until: formatDateTime(recording.until),
            bodies: recording.bodies,
          },
        }),
    failedCalls,
    kept: { messages, octets, ...(oldestAt === undefined ? {} : { oldestAt: formatDateTime(oldestAt) }) },
  };
}

const exchangeAnswer = ({ exchanges, next }: ExchangePage) => ({
  exchanges: exchanges.map((each) => ({
    ...each,
    startedAt: formatDateTime(epochMs(each.startedAt)),
    lastAt: formatDateTime(epochMs(each.lastAt)),
  })),
  ...(next === undefined ? {} : { next }),
});
