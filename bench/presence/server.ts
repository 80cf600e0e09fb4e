// The server under measurement, and what is asked of it beside SIP.

import { Phone } from "../../test/support/phone";
import { WebSocketLine } from "../../test/support/web-socket-line";
import type { Reading } from "../cost/meter";

export interface Bench {
  /** Host and port of the metered gateway. */
  readonly base: string;
  /** CPU time of the server process, watchers' homes included. */
  readonly cpuMicros: () => number;
  readonly residentKiB: () => number;
}

export const domain = "example.test";

/** What was counted since it was last read. */
export const readMeter = (bench: Bench): Promise<Reading> => readJson(bench, "/meter");

export async function readJson<Answer>({ base }: Bench, path: string): Promise<Answer> {
  const answer = await fetch(`http://${base}${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as Answer;
}

/** A user with a phone on a socket of his own, registered. */
export async function registeredPhone({ base }: Bench, user: string): Promise<Phone> {
  const aor = `${user}@${domain}`;
  const line = await WebSocketLine.open(`ws://${base}/?aor=${aor}`);
  const instance = `00000000-0000-4000-8000-${Buffer.from(user).toString("hex").padStart(12, "0").slice(-12)}`;
  const phone = new Phone(line, { aor, password: "demo", instance });
  const { status } = await phone.register();
  if (status !== 200) throw new Error(`REGISTER of ${user}: ${status}`);
  return phone;
}
