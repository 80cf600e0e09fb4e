// One SUBSCRIBE to many users (RFC 5367): what it costs, and what one change of one of them does.

import { setTimeout as wait } from "node:timers/promises";
import { headerValue } from "../../src/sip/message";
import type { Phone } from "../../test/support/phone";
import type { Usage } from "../cost/meter";
import type { Report } from "../report/report";
import { type Bench, domain, readMeter, registeredPhone } from "./server";

const entries = 200;
/** By then the page has been told of every entry: the bursts are milliseconds apart, NOTIFYs half a second. */
const settledMs = 5_000;
const atOnce = 20;

export async function measureLists(bench: Bench, report: Report): Promise<void> {
  const users = await registerAll(bench);
  const watcher = await registeredPhone(bench, "lister");
  await wait(1_000);
  const row = report.table(
    "presence-list",
    `a list of ${entries} entries`,
    "requests of the client",
    "NOTIFYs to it",
    "octets",
    "RPC",
    "rows",
    "alarms set",
    "fired",
    "ms",
  );
  const notifies = new Notifies(watcher);
  await measured(bench, row, notifies, "SUBSCRIBE to the list", () => subscribe(watcher));
  await measured(bench, row, notifies, "one entry's PUBLISH", () => publish(users[100]));
  await measured(bench, row, notifies, "its next", () => publish(users[100]));
}

async function registerAll(bench: Bench): Promise<readonly Phone[]> {
  const users: Phone[] = [];
  for (let from = 0; from < entries; from += atOnce) {
    const names = Array.from({ length: atOnce }, (_, index) => `entry${from + index}`);
    users.push(...(await Promise.all(names.map((name) => registeredPhone(bench, name)))));
  }
  return users;
}

async function measured(
  bench: Bench,
  row: ReturnType<Report["table"]>,
  notifies: Notifies,
  name: string,
  operation: () => Promise<void>,
): Promise<void> {
  await readMeter(bench);
  notifies.reset();
  const start = Date.now();
  await operation();
  await wait(settledMs);
  const usage: Usage = await readMeter(bench);
  const { count, octets, lastAt } = notifies;
  const { calls, rows, alarmsSet, alarmsFired } = usage;
  const requests = usage.messagesIn - count;
  row(name, requests, count, octets, calls, rows, alarmsSet, alarmsFired, lastAt - start);
}

/** Answers what the client is told, and counts it. */
class Notifies {
  count = 0;
  octets = 0;
  lastAt = 0;

  constructor(phone: Phone) {
    void this.#listen(phone);
  }

  reset(): void {
    this.count = 0;
    this.octets = 0;
  }

  async #listen(phone: Phone): Promise<void> {
    try {
      for (;;) {
        const notify = await phone.take("NOTIFY");
        this.count++;
        this.octets += notify.text.length;
        this.lastAt = Date.now();
      }
    } catch {
      // The gateway was stopped.
    }
  }
}

async function subscribe(watcher: Phone): Promise<void> {
  const list = Array.from({ length: entries }, (_, index) => `<entry uri="sip:entry${index}@${domain}"/>`);
  const response = await watcher.request("SUBSCRIBE", {
    uri: `sip:${watcher.aor}`,
    lines: [
      `Contact: <${watcher.contact}>`,
      "Expires: 600",
      "Event: presence",
      "Supported: eventlist",
      "Require: recipient-list-subscribe",
      "Accept: application/pidf+xml, application/rlmi+xml, multipart/related",
      "Content-Type: application/resource-lists+xml",
      "Content-Disposition: recipient-list",
    ],
    body: `<?xml version="1.0"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>${list.join("")}</list></resource-lists>`,
  });
  if (response.status !== 200) throw new Error(`SUBSCRIBE: ${response.status} ${response.reason}`);
}

const entityTags = new Map<string, string>();
let notes = 0;

async function publish(phone: Phone | undefined): Promise<void> {
  if (phone === undefined) throw new Error("No such entry");
  const known = entityTags.get(phone.aor);
  const response = await phone.publish(
    `note ${++notes}`,
    known === undefined ? [] : [`SIP-If-Match: ${known}`],
  );
  if (response.status !== 200) throw new Error(`PUBLISH: ${response.status} ${response.reason}`);
  entityTags.set(phone.aor, headerValue(response, "sip-etag") ?? "");
}
