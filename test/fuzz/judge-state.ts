// What a home may hold at any time, by its limits, and what may be left once everybody has gone.

import type { Settings } from "../../src/contracts/settings";
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
    subscriptions: events.subscriptions,
    publications: events.publications + 1,
    forwards: limits.openRequests + events.notifiesUnderWay,
    deliveries: limits.openRequests,
    storedKeys: mostMessages,
    storedBy: mostMessages,
    // Beside each, the INVITEs within it.
    calls: 5 * calls.open,
    unheard: 50,
  };
  for (const [name, most] of Object.entries(bounds)) {
    check((sizes[name] ?? 0) <= most, `${home.aor} holds more ${name} than ${most}`, sizes);
  }
  check(home.state.log.messages <= mostMessages, "more messages are stored than may be", sizes);
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
  const rates = [...home.state.rates.keys()].filter((key) => !/^(?:lists$|http )/.test(key));
  check(rates.length === 0, `${home.aor} is left with rates of sockets`, rates);
  const telling = [...home.state.fanOuts.values()].filter(
    ({ queue, dueAt }) => queue.size > 0 || dueAt !== undefined,
  );
  check(telling.length === 0, `${home.aor} is left with news to tell`, sizes);
}
