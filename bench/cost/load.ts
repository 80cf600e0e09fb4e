// A month of a deployment's life in operations that were metered: what its users do, times what each costs.

import type { Counts } from "./measure";
import { eventsOf, sumOf, type Usage } from "./meter";
import type { OperationName } from "./operations";
import type { Load } from "./usual-load";

export const daysOfMonth = 30;
/** What a client that sends keep-alives is granted. */
const refreshesPerHour = 6;
/** A refresh of a subscription: each moves what was agreed by seven eighths of an hour (src/events/unwritten-refresh.ts). */
const subscriptionHours = 7 / 8;
/** Of so many refreshes the first is a row. */
const refreshesOfRow = 4;
/** A look at the sockets of a watched user, and of one who talks. */
const watchedAlarmsPerHour = 4;
const talkingAlarmMinutes = 5;
/** JsSIP refreshes a session of 90 s half-way. */
const sessionRefreshMinutes = 0.75;
/** A burst of NOTIFYs that goes out in one wake-up; each further one has an alarm. */
const burst = 50;

export interface Part {
  readonly name: string;
  readonly usage: Usage;
}

const nothing = sumOf();
const only = (usage: Partial<Usage>): Usage => ({ ...nothing, ...usage });
/** One alarm that is set and rings. */
const alarm = only({ alarmsSet: 1, alarmsFired: 1 });

/** The month's use of the platform, by what it is for. */
export function monthOf(load: Load, counts: Counts): readonly Part[] {
  const days = load.users * daysOfMonth;
  const device = load.devices * days;
  const pages = load.watchers * load.devices;
  const of = operationsOf(counts);
  const told = toldOnce(counts, pages);
  const parts: readonly (readonly [string, Usage])[] = [
    [
      "devices that come, stay and go",
      sumOf(
        [device * load.sessions, of("comeBack")],
        [device * load.sessions, of("away")],
        [device * load.reconnects, of("reconnect")],
        [device * load.hours * refreshesPerHour, of("refresh")],
      ),
    ],
    ["messages", messagesOf(load, counts)],
    ["calls", sumOf([days * load.calls, callOf(load.callMinutes, load.devices, counts)])],
    [
      "subscriptions to presence",
      sumOf(
        [device * load.sessions * load.watchers, of("subscribe")],
        ...resubscriptions(device * load.watchers, load, of),
        [load.watchers > 0 ? days * load.hours * watchedAlarmsPerHour : 0, alarm],
      ),
    ],
    [
      "presence that changes",
      sumOf(
        [days * load.changes, sumOf([1, of("publishToOne")], [-1, toWatcher(counts)], [1, told])],
        // Who comes, goes, takes up and hangs up (both sides) is told without a PUBLISH, at the price of its rows.
        [
          days * (2 * load.sessions + 4 * load.calls),
          sumOf([load.watchers > 0 ? 1 : 0, only({ rows: 3 })], [1, told]),
        ],
      ),
    ],
  ];
  return parts.map(([name, usage]) => ({ name, usage: computed(usage, load.computeMs, counts) }));
}

/** The refreshes of each subscription, which are made anew in each session. */
function resubscriptions(
  subscriptions: number,
  { hours, sessions }: Load,
  of: ReturnType<typeof operationsOf>,
): readonly (readonly [number, Usage])[] {
  const each = sessions === 0 ? 0 : Math.floor(hours / sessions / subscriptionHours);
  const written = Math.ceil(each / refreshesOfRow);
  return [
    [subscriptions * sessions * written, of("resubscribe")],
    [subscriptions * sessions * (each - written), of("resubscribeKept")],
  ];
}

/** A call of that length, one device rung and each further one rung in vain. */
export function callOf(minutes: number, devices: number, counts: Counts): Usage {
  const of = operationsOf(counts);
  const refreshes = Math.floor(minutes / sessionRefreshMinutes);
  // The end of ringing is looked at after two minutes, and from then on each home looks for its sockets.
  const looks = minutes < 2 ? 0 : 1 + 2 * Math.floor((minutes - 2) / talkingAlarmMinutes);
  return sumOf(
    [1, of("callSetUp")],
    [refreshes, of("sessionRefresh")],
    [looks, alarm],
    [Math.max(devices - 1, 0), only({ rows: 2, messagesIn: 3 })],
  );
}

function messagesOf(load: Load, counts: Counts): Usage {
  const of = operationsOf(counts);
  const sent = load.users * daysOfMonth * load.messages;
  const away = sent * load.awayShare;
  const delivered = sumOf([1, of("comeBackToOne")], [-1, of("comeBack")]);
  return sumOf(
    [sent - away, of("message")],
    [(sent - away) * Math.max(load.devices - 1, 0), only({ messagesIn: 1 })],
    [away, of("messageAway")],
    [away * load.devices, delivered],
  );
}

/** A NOTIFY and its answer. */
function toWatcher(counts: Counts): Usage {
  const of = operationsOf(counts);
  return sumOf([1 / (counts.watchers - 1), sumOf([1, of("publish")], [-1, of("publishToOne")])]);
}

/** Everybody who watches is told once. */
const toldOnce = (counts: Counts, pages: number): Usage =>
  sumOf([pages, toWatcher(counts)], [Math.floor(pages / burst), alarm]);

/** With the time that handlers compute, and every one of them waking its object: the most that can be. */
function computed(usage: Usage, computeMs: number, counts: Counts): Usage {
  const events = eventsOf(usage);
  return {
    ...usage,
    rowsRead: usage.rowsRead + events * operationsOf(counts)("refreshAwoken").rowsRead,
    activeMs: Math.max(usage.activeMs, 0) + events * computeMs,
  };
}

const operationsOf =
  ({ operations }: Counts) =>
  (name: OperationName): Usage => {
    const usage = operations[name];
    if (usage === undefined) throw new Error(`${name} was not measured: node bench/cost.ts --write`);
    return usage;
  };
