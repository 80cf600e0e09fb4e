// The administrator's calls that wait for the outcome of what they sent.

export interface TicketOutcome {
  readonly status: number;
  readonly reason: string;
}

export class Tickets {
  readonly #waiting = new Map<string, (outcome: TicketOutcome) => void>();

  /** The outcome of what is sent under that name. */
  outcomeOf(name: string): Promise<TicketOutcome> {
    return new Promise((resolve) => {
      this.#waiting.set(name, resolve);
    });
  }

  settle(name: string, outcome: TicketOutcome): void {
    this.#waiting.get(name)?.(outcome);
    this.#waiting.delete(name);
  }

  /** Nobody will hear of the rest. */
  giveUp(): void {
    for (const name of [...this.#waiting.keys()]) {
      this.settle(name, { status: 503, reason: "Service Unavailable" });
    }
  }
}
