// Figures in the text format of Prometheus (version 0.0.4): a counter for each thing that is counted, a gauge for each that
// is, all by realm.

import { type CounterName, counterNames, type RealmFigures } from "../../contracts/figures";

export const metricsContentType = "text/plain; version=0.0.4; charset=utf-8";

const helpOfCounter: Readonly<Record<CounterName, string>> = {
  registers: "REGISTERs of users answered 2xx, refreshes included",
  messages: "MESSAGEs of users answered 2xx",
  stored: "Messages put into a log because a device was owed them",
  calls: "Calls that are over",
  answered: "Calls that are over and were taken",
  failedCalls: "Calls that are over and failed",
  publishes: "PUBLISHs of users answered 2xx",
  subscribes: "SUBSCRIBEs of users answered 2xx",
  notifies: "NOTIFYs sent to other homes",
  refused: "Requests of users answered 4xx or 6xx, INVITE and challenges left out",
  errors: "Requests of users answered 5xx",
  frames: "WebSocket messages that came in",
  requests: "Requests to objects, as the platform bills them",
  rows: "Rows written by homes",
};

type GaugeName = keyof RealmFigures["now"];

const helpOfGauge: Readonly<Record<GaugeName, string>> = {
  accounts: "Accounts",
  online: "Accounts with a live device",
  devices: "Live devices",
  calls: "Calls that go on",
  inCall: "Accounts in a call",
  disabled: "Accounts that may not log in",
};

export interface RealmMetrics {
  readonly realm: string;
  readonly figures: RealmFigures;
}

/** `isTold`: homes tell their realm what they do; else only what the list knows by itself is there. */
export function formatMetrics(realms: readonly RealmMetrics[], isTold: boolean): string {
  const gauges = (Object.keys(helpOfGauge) as GaugeName[])
    .filter((name) => isTold || name === "accounts" || name === "disabled")
    .map((name) =>
      family(`durasip_${snake(name)}`, "gauge", helpOfGauge[name], realms, ({ now }) => now[name]),
    );
  const counters = (isTold ? counterNames : []).map((name) =>
    family(
      `durasip_${snake(name)}_total`,
      "counter",
      helpOfCounter[name],
      realms,
      ({ totals }) => totals[name] ?? 0,
    ),
  );
  return [...gauges, ...counters].join("");
}

function family(
  name: string,
  type: "gauge" | "counter",
  help: string,
  realms: readonly RealmMetrics[],
  measure: (figures: RealmFigures) => number,
): string {
  const samples = realms.map(
    ({ realm, figures }) => `${name}{realm="${label(realm)}"} ${measure(figures)}\n`,
  );
  return `# HELP ${name} ${escapedHelp(help)}\n# TYPE ${name} ${type}\n${samples.join("")}`;
}

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A label's value: backslash, quote and line feed are escaped. */
export const label = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

const escapedHelp = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
