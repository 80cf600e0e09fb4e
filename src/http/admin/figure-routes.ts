// The realms of this gateway: which there are, what goes on in each, and the calls of late.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type EpochMs, epochMs } from "../../base/brand";
import { type Counts, counterNames, type EndedCall, type RealmFigures } from "../../contracts/figures";
import { formatDateTime } from "../../xml/date-time";
import type { AppEnv } from "../app-env";
import { twice } from "../objects";
import { problemResponse } from "../problem";
import { noSuchRealm } from "./address-parameter";
import { estimateCost } from "./cost-estimate";
import { figuresQuery, realmFigures, realmList, recentCallPage, recentCallQuery } from "./figure-schemas";
import { problemResponses } from "./problem-responses";

const tags = ["Realms"];
const params = z.object({
  realm: z
    .string()
    .max(253)
    .toLowerCase()
    .openapi({ param: { name: "realm", in: "path" }, example: "example.com" }),
});

const listRealms = createRoute({
  method: "get",
  path: "/realms",
  tags,
  summary: "List the realms this gateway serves",
  responses: {
    200: { description: "All of them", content: { "application/json": { schema: realmList } } },
    ...problemResponses(),
  },
});

const readFigures = createRoute({
  method: "get",
  path: "/realms/{realm}/figures",
  tags,
  summary: "Read what goes on in a realm",
  description:
    "As far as its homes have told: what was counted is told once a minute, so the last minute is still growing.",
  request: { params, query: figuresQuery },
  responses: {
    200: {
      description: "Now, by minute, and in all",
      content: { "application/json": { schema: realmFigures } },
    },
    ...problemResponses(400, 404),
  },
});

const readRecentCalls = createRoute({
  method: "get",
  path: "/realms/{realm}/calls",
  tags,
  summary: "List the realm's last calls that are over, newest first",
  request: { params, query: recentCallQuery },
  responses: {
    200: { description: "One page", content: { "application/json": { schema: recentCallPage } } },
    ...problemResponses(400, 404),
  },
});

/** Adds the routes. */
export function addFigureRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openapi(listRealms, (c) => {
    const { realms, figures } = c.var.settings;
    return c.json({ realms: realms.map((realm) => ({ realm, figures })) }, 200);
  });
  api.openapi(readFigures, async (c) => {
    const { realm } = c.req.valid("param");
    const { minutes } = c.req.valid("query");
    const { realms, figures: isOn } = c.var.settings;
    if (!realms.includes(realm)) return problemResponse(noSuchRealm);
    const looked = Math.max(minutes, hour);
    const figures = await twice(() => c.env.objects.realm(realm).readFigures(looked));
    return c.json(figuresView(figures, minutes, isOn), 200);
  });
  api.openapi(readRecentCalls, async (c) => {
    const { realm } = c.req.valid("param");
    if (!c.var.settings.realms.includes(realm)) return problemResponse(noSuchRealm);
    const { before, limit, outcome } = c.req.valid("query");
    const page = await twice(() => c.env.objects.realm(realm).readRecentCalls(before, limit, outcome));
    return c.json({ ...page, calls: page.calls.map(callLine) }, 200);
  });
}

const hour = 60;
const minute = 60_000;

function figuresView({ at, now, minutes, totals, since }: RealmFigures, back: number, enabled: boolean) {
  const { accounts, online, devices, calls, disabled } = now;
  const shown = enabled ? minutes.filter((one) => one.at > at - back * minute) : [];
  return {
    enabled,
    at: formatDateTime(at),
    // What was told while figures were on may be long ago.
    now: enabled
      ? { accounts, online, devices, calls, disabled }
      : { accounts, online: 0, devices: 0, calls: 0, disabled },
    minutes: shown.map((one) => ({ minute: formatDateTime(one.at), ...allCounts(one.counts) })),
    totals: { ...time("since", since), ...allCounts(totals) },
    ...(enabled ? { cost: estimateCost(minutes, at - hour * minute) } : {}),
  };
}

const allCounts = (counts: Counts): Record<(typeof counterNames)[number], number> =>
  Object.fromEntries(counterNames.map((name) => [name, counts[name] ?? 0])) as Record<
    (typeof counterNames)[number],
    number
  >;

function callLine({ startedAt, answeredAt, endedAt, ...call }: EndedCall) {
  return {
    ...call,
    startedAt: formatDateTime(startedAt),
    ...time("answeredAt", answeredAt),
    endedAt: formatDateTime(endedAt),
    ...(answeredAt === undefined ? {} : { duration: Math.round((endedAt - answeredAt) / 1000) }),
  };
}

const time = <Name extends string>(name: Name, at: EpochMs | undefined) =>
  (at === undefined ? {} : { [name]: formatDateTime(epochMs(at)) }) as { readonly [Key in Name]?: string };
