// What a home may hold at any time, by its limits, and what may be left once everybody has gone.

import type { EpochMs } from "../../src/base/brand";
import type { Settings } from "../../src/contracts/settings";
import { mostUnheard } from "../../src/home/calls/unheard";
import type { VirtualHome } from "../home/support/virtual-home";
import { check } from "./case";

type Sizes = Readonly<Record<string, number>>;

/** The number of entries of every table in memory. */
export function sizesOf({ state }: Pick<VirtualHome, "state">): Sizes {
  const sizes: Record<string, number> = {};
  for (const [name, value] of Object.entries(state)) {
    if (typeof value !== "object" || value === null) continue;
    if ("size" in value && typeof value.size === "number") sizes[name] = value.size;
    else if (Array.isArray(value)) sizes[name] = value.length;
  }
  return sizes;
}

export function judgeState(home: VirtualHome, settings: Settings): void {
  const sizes = sizesOf(home);
  const { calls, events, limits, messages, registration } = settings;
  // What is under way when the mailbox fills is kept all the same.
  const mostMessages = messages.storedMessages + limits.openRequests;
  const bounds: Sizes = {
    devices: registration.devices,
    sockets: limits.sockets + limits.strangers,
    // Beside the sockets': of lists, and of each purpose of HTTP.
    rates: 2 * (limits.sockets + limits.strangers) + 10,
    publications: events.publications + 1,
    forwards: limits.openRequests + events.notifiesUnderWay,
    deliveries: limits.openRequests,
    storedKeys: mostMessages,
    storedBy: mostMessages,
    // Beside each, the INVITEs within it.
    calls: 5 * calls.open,
    unheard: mostUnheard,
  };
  for (const [name, most] of Object.entries(bounds)) {
    check((sizes[name] ?? 0) <= most, `${home.aor} holds more ${name} than ${most}`, sizes);
  }
  const begun = [...home.state.calls.values()].filter(
    ({ within, isReopened }) => within === undefined && isReopened !== true,
  );
  check(
    begun.length <= calls.open,
    `${home.aor} has more calls than ${calls.open}`,
    begun.map(({ id }) => id),
  );
  check(home.state.log.messages <= mostMessages, "more messages are stored than may be", sizes);
}

/** What a home that is woken now would know of its rows is what it knows: no row is left over, and none is missing. */
export function judgeRows(home: VirtualHome, now: EpochMs, { calls, events }: Settings): void {
  // One that has expired takes no place while its last NOTIFY is tried again.
  const live = [...home.state.subscriptions.values()].filter(({ expiresAt }) => expiresAt > now);
  check(live.length <= events.subscriptions, `${home.aor} holds more subscriptions than it may`, live.length);
  const rows = home.store.load(home.aor, now);
  const { state } = home;
  for (const name of ["devices", "publications", "xcap"] as const)
    same(home, name, [...rows[name].keys()], [...state[name].keys()]);
  same(home, "storedKeys", [...rows.storedKeys], [...state.storedKeys]);
  same(home, "subscriptions", idsOf(rows.subscriptions), idsOf(state.subscriptions));
  // Half-dialogs, and calls on which nothing hangs yet, are in memory alone; of a call that is over, dialogs go from the row by themselves.
  const standing = [...rows.dialogs.values()].filter((row) => row.state !== "ended");
  const left = {
    dialogs: standing.map(({ id }) => id).filter((id) => state.dialogs.get(id) === undefined),
    calls: [...rows.calls.keys()].filter((id) => !state.calls.has(id)),
  };
  check(left.dialogs.length + left.calls.length === 0, `${home.aor} is left with rows`, left);
  const { messages, octets, takenMessages, takenOctets } = state.log;
  const counted = { messages, octets, takenMessages, takenOctets };
  for (const [name, count] of Object.entries(counted))
    check(rows.log[name as keyof typeof counted] === count, `${home.aor} has counted its ${name} wrong`, [
      rows.log,
      state.log,
    ]);
  const entries = home.store.calls?.count() ?? 0;
  // It is cut when one more is entered. Those that were open then may have ended since, and a refusal that was not acknowledged opens its call once more.
  const mostEntries = calls.logEntries * (17 / 16) + 2 * calls.open + mostUnheard;
  check(entries <= mostEntries, `${home.aor} keeps more calls than it may`, entries);
}

const idsOf = (table: { values(): Iterable<{ readonly id: string }> }): readonly string[] =>
  [...table.values()].map(({ id }) => id);

function same(home: VirtualHome, name: string, rows: readonly string[], memory: readonly string[]): void {
  const isSame = JSON.stringify(rows.toSorted()) === JSON.stringify(memory.toSorted());
  check(isSame, `${home.aor} has other ${name} in its rows than it knows of:`, { rows, memory });
}

/** Tables of what is under way, of which nothing may outlive everybody's absence. */
const passing = [
  ...[
    "sockets",
    "calls",
    "unheard",
    "parked",
    "forwards",
    "deliveries",
    "redeliveries",
    "branches",
    "notifiers",
  ],
  ...[
    "subscriptions",
    "dialogs",
    "lists",
    "backEnds",
    "lostPages",

    "toJudge",
  ],
] as const;

export function judgeRest(home: VirtualHome): void {
  const sizes = sizesOf(home);
  for (const name of passing) check((sizes[name] ?? 0) === 0, `${home.aor} is left with ${name}`, sizes);
  // The user's own, for lists and HTTP, stay.
  const rates = [...home.state.rates.keys()].filter((key) => !/^(?:lists$|nobodies$|http )/.test(key));
  check(rates.length === 0, `${home.aor} is left with rates of sockets`, rates);
  const telling = [...home.state.fanOuts.values()].filter(
    ({ queue, dueAt }) => queue.size > 0 || dueAt !== undefined,
  );
  check(telling.length === 0, `${home.aor} is left with news to tell`, sizes);
}
