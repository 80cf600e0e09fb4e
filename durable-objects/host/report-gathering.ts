// Reports of many homes, written together: who reports waits for the one commit that holds his, a moment later.

import type { FigureReport } from "../../src/contracts/figures";

/** Long enough that a busy realm writes a few times a second, short enough that no home notices. */
const gatherFor = 200;

export class ReportGathering {
  readonly #write: (reports: readonly FigureReport[]) => void;
  #gathered: FigureReport[] = [];
  #written: Promise<void> | undefined;

  constructor(write: (reports: readonly FigureReport[]) => void) {
    this.#write = write;
  }

  /** Resolves when it is written, rejects when it could not be. */
  add(report: FigureReport): Promise<void> {
    this.#gathered.push(report);
    this.#written ??= new Promise((resolve, reject) => {
      setTimeout(() => {
        const reports = this.#gathered;
        this.#gathered = [];
        this.#written = undefined;
        try {
          this.#write(reports);
          resolve();
        } catch (thrown) {
          reject(thrown);
        }
      }, gatherFor);
    });
    return this.#written;
  }
}
