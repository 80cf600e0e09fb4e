// A home's figures on their way to its realm (src/home/figure-book.ts): counted after each step, told in the background.
//
// It must never be what a home fails of: whatever goes wrong here is logged, and the step goes on.
//
// Relies on the platform: an attachment outlives hibernation at no cost, which a timer of a minute would prevent.

import { type EpochMs, epochMs } from "../../src/base/brand";
import type { Counts, RealmFigureKeeping } from "../../src/contracts/figures";
import type { Settings } from "../../src/contracts/settings";
import type { HomeEffect } from "../../src/home/effect";
import {
  beginReport,
  dueAt,
  enter,
  type FigureBook,
  isWorthAsking,
  type KeptFigures,
  keptFigures,
  notReported,
  openBook,
  reported,
} from "../../src/home/figure-book";
import { accountFigures, countEffects } from "../../src/home/figures";
import type { HomeState } from "../../src/home/state";
import { describeThrow, log } from "../../src/http/log";
import { aorHost } from "../../src/sip/uri/address-of-record";
import { platformEntropy } from "./entropy";
import type { SocketTable } from "./socket-table";
import type { SqlStore } from "./sql-store";

export interface FigureSources {
  readonly context: DurableObjectState;
  readonly env: Env;
  readonly sockets: SocketTable;
  readonly host: { readonly state: HomeState; readonly store: SqlStore };
}

/** The reporter of a home; undefined where the operator wants no figures. */
export const figureReporter = (settings: Settings, sources: FigureSources): FigureReporter | undefined =>
  settings.figures ? new FigureReporter(settings.realms, sources) : undefined;

const keptApart = 1_000;

const newId = (): string => platformEntropy.token();

export class FigureReporter {
  readonly #realms: readonly string[];
  readonly #sources: FigureSources;
  readonly #book: FigureBook;
  #rows = 0;
  #keptAt = 0;
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(realms: readonly string[], sources: FigureSources) {
    this.#realms = realms;
    this.#sources = sources;
    this.#book = openBook(sources.sockets.carried() as KeptFigures | undefined);
  }

  /** What the platform bills by itself: a request to the object, or a frame that came in. */
  count(counts: Counts): void {
    this.#safely(() => this.#enter(counts));
  }

  carriedOut(effects: readonly HomeEffect[]): void {
    this.#safely(() => this.#count(effects));
  }

  /** A step is done: tells what is due. `asked`: the realm wants to know, whatever is due. */
  settle(asked = false): void {
    if (!this.#isOver) this.#safely(() => this.#settle(asked));
  }

  #safely(run: () => void): void {
    try {
      run();
    } catch (thrown) {
      log("error", "figures failed", describeThrow(thrown));
    }
  }

  #count(effects: readonly HomeEffect[]): void {
    const { aor } = this.#sources.host.state;
    if (effects.some(({ kind }) => kind === "putDevice")) this.#book.isUnsure = true;
    const counted = countEffects(aor, this.#realms, effects);
    enter(this.#book, epochMs(Date.now()), counted, newId);
  }

  #settle(asked: boolean): void {
    const { store, state } = this.#sources.host;
    const rows = store.rowsWritten - this.#rows;
    this.#rows = store.rowsWritten;
    if (rows > 0) this.#enter({ rows });
    const account = accountFigures(state);
    if (account === undefined) this.#book.told = undefined;
    else {
      const now = epochMs(Date.now());
      const isAsked = asked && !this.#book.isTelling && isWorthAsking(this.#book);
      const at = isAsked ? now : dueAt(this.#book, account, now);
      if (at !== undefined && at <= now) this.#tell(now);
      else if (at !== undefined && at - now <= 2_000) this.#wait(at - now);
    }
    this.#keep();
  }

  /** What waits lies in an attachment before the object may hibernate; in a hurry it is written once a second. */
  #keep(): void {
    const { sockets, host } = this.#sources;
    const { revision } = this.#book;
    if (sockets.isCarried(revision)) return;
    const wait = this.#keptAt + keptApart - Date.now();
    // Longer it is only where the clock was set back.
    if (wait > 0 && wait <= keptApart) return this.#wait(wait);
    this.#keptAt = Date.now();
    sockets.carry(keptFigures(this.#book), revision, host.state.sockets.values());
  }

  /** This memory is not to be trusted any more: what it has counted goes on with a socket that is known to be right. */
  end(): void {
    this.#isOver = true;
    this.#clear();
    this.#safely(() => this.#sources.sockets.carry(keptFigures(this.#book), this.#book.revision, []));
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #enter(counts: Counts): void {
    enter(this.#book, epochMs(Date.now()), { counts, calls: [] }, newId);
  }

  /** Two seconds at most: it keeps the object from hibernating. */
  #wait(span: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.settle();
    }, span);
  }

  #tell(now: EpochMs): void {
    const { state, store } = this.#sources.host;
    const account = accountFigures(state);
    // A name the list has not heard of yet would not be found there: it is told of when it has.
    if (account === undefined || store.isUnlisted()) return;
    this.#clear();
    const report = beginReport(this.#book, state.aor, account, now, newId);
    const { env, context } = this.#sources;
    // A call that throws at once is one that was not told, too.
    const telling = async (): Promise<void> => {
      const realm = env.REALM.getByName(aorHost(state.aor)) as unknown as RealmFigureKeeping;
      await realm.report(report);
    };
    const told = telling().then(
      () => {
        reported(this.#book, account);
        // What happened meanwhile may be news.
        this.settle();
      },
      (thrown) => {
        notReported(this.#book);
        if (!this.#isOver) this.#keep();
        log("warn", "figures not told", { aor: state.aor, why: String(thrown) });
      },
    );
    context.waitUntil(told);
  }
}
