// The administrator's lists of what an account has now (contracts/account-lists.ts), read off the home's memory.

import { type EpochMs, epochMs } from "../base/brand";
import type { DialogView, FlowView, PublicationView, SubscriptionView } from "../contracts/account-lists";
import type { DialogRow } from "../dialog/dialog-table";
import type { Usage } from "../dialog/usage";
import { agreedUntil } from "../events/unwritten-refresh";
import { readPresenceDocument } from "../presence/document";
import type { Publication } from "../presence/publication";
import { formatDateTime } from "../xml/date-time";
import { deviceKey } from "./device";
import type { Device, HomeState, ListEntryRow, Socket } from "./state";
import type { Turn } from "./turn";

/** The sockets a device has a binding on, the newest first. */
export const socketsOf = ({ state }: Turn, device: Pick<Device, "id">): readonly Socket[] =>
  [...state.sockets.values()]
    .filter(({ bindings }) => bindings.some((binding) => binding.device === device.id))
    .sort((a, b) => b.openedAt - a.openedAt);

export function flowView({ id, facts, openedAt, bindings, pinged }: Socket, device: string): FlowView {
  const until = bindings.filter((binding) => binding.device === device).map(({ expiresAt }) => expiresAt);
  return {
    id,
    scheme: facts.scheme,
    openedAt: formatDateTime(openedAt),
    ...(facts.origin === undefined ? {} : { origin: facts.origin }),
    ...(facts.userAgent === undefined ? {} : { userAgent: facts.userAgent }),
    ...(until.length === 0 ? {} : { registeredUntil: formatDateTime(epochMs(Math.max(...until))) }),
    pinged,
  };
}

/** When the device was last heard of: a registration, or a keep-alive that the platform answered for us. */
export function lastSeenAt(
  turn: Turn,
  device: Device,
  pingedAt: (socket: string) => EpochMs | undefined,
): EpochMs {
  const seen = [device.since];
  for (const socket of socketsOf(turn, device)) {
    for (const binding of socket.bindings) {
      if (binding.device === device.id) seen.push(binding.registeredAt);
    }
    seen.push(pingedAt(socket.id) ?? socket.openedAt);
  }
  return epochMs(Math.max(...seen));
}

export const dialogViews = (turn: Turn): readonly DialogView[] =>
  [...turn.state.dialogs.values()].map((row) => dialogView(turn, row));

function dialogView(turn: Turn, row: DialogRow): DialogView {
  const call = row.call === undefined ? undefined : turn.state.calls.get(row.call);
  return {
    id: row.id,
    callId: row.callId,
    usages: [...new Set(row.usages.map(nameOfUsage))],
    peer: row.remoteAor ?? row.view?.remoteUri ?? call?.record?.peer ?? "",
    ...(call === undefined ? {} : { since: formatDateTime(call.startedAt) }),
    state: row.state === "half" ? "early" : row.state,
    device: deviceKey(turn, { id: row.device }),
  };
}

function nameOfUsage(usage: Usage): DialogView["usages"][number] {
  if (usage.kind === "invite") return "invite";
  return usage.event === "refer" ? "refer" : "subscribe";
}

/** Those to this user; then those of the user's pages to others, and of this home to the entries of the user's lists. */
export function subscriptionViews({ state, now }: Turn): readonly SubscriptionView[] {
  return [...toUser(state, now), ...ofPages(state), ...ofLists(state)];
}

const toUser = (state: HomeState, now: EpochMs): readonly SubscriptionView[] =>
  [...state.subscriptions.values()].map((row) => ({
    event: row.event,
    role: "notifier",
    peer: row.watcher,
    state: row.state,
    expiresAt: formatDateTime(agreedUntil(row, now)),
    since: formatDateTime(row.createdAt),
    ...(row.list === undefined ? {} : { list: row.list.uri }),
  }));

/** As their dialogs tell: whether the other side has let them in is between it and the page. */
function ofPages(state: HomeState): readonly SubscriptionView[] {
  return [...state.dialogs.values()].flatMap((row) => {
    if (row.openedBy !== "local" || row.state === "ended") return [];
    return row.usages.flatMap((usage): readonly SubscriptionView[] => {
      if (usage.kind === "invite" || usage.event === "refer") return [];
      return [
        {
          event: usage.event,
          role: "subscriber",
          peer: row.remoteAor ?? row.view?.remoteUri ?? "",
          state: row.state === "confirmed" ? "active" : "pending",
          expiresAt: formatDateTime(row.expiresAt),
        },
      ];
    });
  });
}

function ofLists(state: HomeState): readonly SubscriptionView[] {
  return [...state.lists].flatMap(([id, { state: list }]) => {
    if (list.kind !== "open") return [];
    const event = state.subscriptions.get(id)?.event ?? "presence";
    return list.resources.map(
      ({ uri, backEnd, subscribedAt }): SubscriptionView => ({
        event,
        role: "subscriber",
        peer: uri.replace(/^sips?:/, ""),
        state: stateOfEntry(backEnd),
        since: formatDateTime(subscribedAt),
        list: list.uri,
      }),
    );
  });
}

const stateOfEntry = ({ kind }: ListEntryRow["resource"]["backEnd"]): SubscriptionView["state"] =>
  kind === "asked" ? "pending" : kind;

export const publicationViews = (turn: Turn): readonly PublicationView[] =>
  [...turn.state.publications.values()]
    .filter(({ expiresAt }) => expiresAt > turn.now)
    .map((publication) => publicationView(turn, publication));

function publicationView(turn: Turn, publication: Publication): PublicationView {
  const { id, event, contentType, createdAt, expiresAt, device, stated } = publication;
  const summary = summaryOf(publication);
  return {
    // That is the first entity-tag: so as not to tell it, a name of its own.
    id: turn.ports.keyring.deriveToken("publication", id),
    event,
    contentType,
    since: formatDateTime(createdAt),
    expiresAt: formatDateTime(expiresAt),
    ...(summary === "" ? {} : { summary }),
    ...(stated === undefined ? { device: deviceKey(turn, { id: device }) } : {}),
  };
}

const longestSummary = 200;

/** "open", "closed" and the notes. */
function summaryOf({ stated, body, event }: Publication): string {
  if (stated !== undefined) return shortened([stated.basic, stated.activity, stated.note]);
  const document = event === "presence" ? readPresenceDocument(body) : undefined;
  if (document?.ok !== true) return "";
  const { tuples, persons, notes } = document.value;
  const basics = new Set(tuples.flatMap(({ basic }) => basic ?? []));
  const texts = [...notes, ...[...tuples, ...persons].flatMap((one) => one.notes)].map(({ text }) => text);
  return shortened([...basics, ...new Set(texts)]);
}

const shortened = (words: readonly (string | undefined)[]): string =>
  words
    .filter((word) => word !== undefined && word !== "")
    .join(", ")
    .slice(0, longestSummary);
