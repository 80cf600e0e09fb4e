// The administrator's calls on the flight recorder of one home (contracts/flight-record.ts).

import { epochMs } from "../../src/base/brand";
import type { CallRecord } from "../../src/contracts/call-record";
import type { ExchangePage, HomeRecords, RecorderView } from "../../src/contracts/flight-record";
import { anyAccount } from "../../src/home/administration";
import { reachableAccount } from "../../src/home/tenancy";
import { exchangesIn } from "../../src/recorder/exchanges";
import { recordsOfCall } from "../../src/recorder/select-call";
import { headerValue } from "../../src/sip/message";
import type { HomeHost } from "./home-host";

export class RecorderDesk {
  readonly #host: HomeHost;

  constructor(host: HomeHost) {
    this.#host = host;
  }

  read(): RecorderView | undefined {
    return this.#hasAccount() ? this.#host.recorder.view(this.#now()) : undefined;
  }

  start(seconds: number, bodies: boolean): RecorderView | undefined {
    if (!this.#hasAccount()) return undefined;
    const view = this.#host.recorder.start(seconds, bodies, this.#now());
    // Its end is the alarm's.
    this.#host.administer(() => undefined);
    return view;
  }

  stop(forget: boolean): RecorderView | undefined {
    return this.#hasAccount() ? this.#host.recorder.stop(forget, this.#now()) : undefined;
  }

  exchanges(before: string | undefined, limit: number): ExchangePage | undefined {
    if (!this.#hasAccount()) return undefined;
    this.#host.recorder.sweep(this.#now());
    return exchangesIn(this.#host.recorder.records(), this.#host.state.aor, before, limit);
  }

  records(callId: string): HomeRecords | undefined {
    if (!this.#hasAccount()) return undefined;
    const { recorder, state } = this.#host;
    recorder.sweep(this.#now());
    const isLive = [...state.calls.values()].some(
      ({ invite, record }) => headerValue(invite, "call-id") === callId && !isTalkedOver(record),
    );
    const records = recordsOfCall(recorder.records(callId), callId, isLive);
    return { aor: state.aor, records, isLive };
  }

  /** In a demo the named users are there for the administrator too. */
  #hasAccount(): boolean {
    return (
      anyAccount(this.#host.state) !== undefined || this.#host.administer(reachableAccount) !== undefined
    );
  }

  #now() {
    return epochMs(Date.now());
  }
}

/** Its dialog may go on, with what tells of a transfer; a refusal has its ACK to come. */
const isTalkedOver = (record: CallRecord | undefined): boolean =>
  record?.answeredAt !== undefined && record.endedAt !== undefined;
