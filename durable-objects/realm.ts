// The realm: the list of its accounts and their figures, for the administrator, the deployment's secret where none is
// configured, and the addresses that passwords are guessed from. It is on no message's path: an account is known by its own object, the list only by its name.
//
// Relies on the platform: calls are stepped one at a time while they do not await, and no result leaves the object
// before what it wrote is on disk (output gate).

import { DurableObject } from "cloudflare:workers";
import { Buffer } from "node:buffer";
import { epochMs, type Millis, millis } from "../src/base/brand";
import type {
  AccountFilter,
  AccountPage,
  ListedAccount,
  RealmAdministration,
} from "../src/contracts/administration";
import type { CallOutcome } from "../src/contracts/call-record";
import type { EndedCallPage, FigureReport, RealmFigures, TellsFigures } from "../src/contracts/figures";
import type { Guess, GuessKeeping } from "../src/contracts/guesses";
import { configurationOf } from "../src/env";
import { describeThrow, log } from "../src/http/log";
import { AccountList } from "./host/account-list";
import { AskedHomes } from "./host/asked-homes";
import { figureDatasetOf, figurePoint } from "./host/figure-dataset";
import { FigureTable } from "./host/figure-table";
import { GuessTable } from "./host/guess-table";
import { migrate } from "./host/migrations";
import { realmSchema } from "./host/realm-schema";
import { ReportGathering } from "./host/report-gathering";

const secretOctets = 32;
const longestLook = 24 * 60;

export class Realm extends DurableObject<Env> implements RealmAdministration, GuessKeeping {
  readonly #env: Env;
  #migrated = false;
  readonly #accounts = new AccountList((statement, ...values) => this.#execute(statement, values));
  readonly #figures = new FigureTable((statement, ...values) => this.#execute(statement, values));
  readonly #gathering = new ReportGathering((reports) => this.#write(reports));
  readonly #guesses = new GuessTable((statement, ...values) => this.#execute(statement, values));
  readonly #homes = new AskedHomes(epochMs(Date.now()));

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#env = env;
  }

  async deploymentSecret(): Promise<string> {
    return this.#call("deploymentSecret", () => {
      const [kept] = this.#execute("SELECT value FROM secret WHERE name = 'deployment'", []);
      if (kept !== undefined) return String(kept["value"]);
      const fresh = Buffer.from(crypto.getRandomValues(new Uint8Array(secretOctets))).toString("base64url");
      this.#execute("INSERT INTO secret (name, value) VALUES ('deployment', ?)", [fresh]);
      return fresh;
    });
  }

  async accountAdded(account: ListedAccount): Promise<void> {
    return this.#call("accountAdded", () => this.#accounts.add(account));
  }

  async accountRemoved(aor: string): Promise<void> {
    return this.#call("accountRemoved", () => this.#accounts.remove(aor));
  }

  async listAccounts(after: string | undefined, limit: number, filter?: AccountFilter): Promise<AccountPage> {
    return this.#call("listAccounts", () => this.#accounts.page(after, limit, filter));
  }

  async guess(guess: Guess): Promise<Millis> {
    return this.#call("guess", () => {
      const configuration = configurationOf(this.#env);
      if (!configuration.ok) return millis(0);
      const { guessesPerAddress, adminTries } = configuration.settings.limits;
      const { door, network } = guess;
      const perHour = door === "account" ? guessesPerAddress : adminTries;
      const { wait, isSpent } = this.#guesses.guess(guess, perHour, epochMs(Date.now()));
      if (isSpent) log("warn", "too many guesses", { realm: this.ctx.id.name, door, network });
      return wait;
    });
  }

  async report(report: FigureReport): Promise<void> {
    return this.#gathering.add(report);
  }

  async readFigures(minutes: number): Promise<RealmFigures> {
    return this.#call("readFigures", () => {
      const at = epochMs(Date.now());
      this.#askHomes();
      const totals = this.#figures.totals();
      const back = Math.min(Math.max(1, Math.trunc(minutes)), longestLook) * 60_000;
      return {
        at,
        now: this.#accounts.gauges(),
        minutes: this.#figures.minutesAfter(epochMs(at - back)),
        totals: totals?.counts ?? {},
        since: totals?.since,
      };
    });
  }

  async readRecentCalls(
    before: string | undefined,
    limit: number,
    outcomes?: readonly CallOutcome[],
  ): Promise<EndedCallPage> {
    return this.#call("readRecentCalls", () => this.#figures.calls(before, limit, outcomes));
  }

  /** One commit for all of them; a report that is written is not written again. */
  #write(reports: readonly FigureReport[]): void {
    this.#call("report", () => {
      const now = epochMs(Date.now());
      const counts = this.ctx.storage.transactionSync(() => {
        const fresh = reports.filter((report) => this.#accounts.told(report));
        return fresh.length > 0 ? this.#figures.add(fresh, now) : undefined;
      });
      const dataset = counts === undefined ? undefined : figureDatasetOf(this.#env);
      const realm = this.ctx.id.name ?? "";
      if (counts !== undefined) dataset?.writeDataPoint(figurePoint(realm, this.#accounts.gauges(), counts));
      for (const { aor } of reports) this.#homes.heard(aor, now);
    });
  }

  /** Nobody waits for what they say: it is there at the next look. */
  #askHomes(): void {
    const configuration = configurationOf(this.#env);
    if (!configuration.ok || !configuration.settings.figures) return;
    const names = this.#homes.toAsk(epochMs(Date.now()), (...range) => this.#accounts.onlineAfter(...range));
    for (const name of names) {
      const home = this.#env.ADDRESS_OF_RECORD.getByName(name) as unknown as TellsFigures;
      const told = home
        .tellFigures()
        .catch((thrown) => log("warn", "home asked in vain", { why: String(thrown) }));
      this.ctx.waitUntil(told);
    }
  }

  #execute(
    statement: string,
    values: readonly SqlStorageValue[],
  ): readonly Record<string, SqlStorageValue>[] {
    return this.ctx.storage.sql.exec(statement, ...values).toArray();
  }

  /** The outer `try` of every call: the platform writes no log of a throw in an object. */
  #call<Value>(name: string, work: () => Value): Value {
    try {
      if (!this.#migrated) migrate(this.ctx.storage.sql, realmSchema);
      this.#migrated = true;
      return work();
    } catch (thrown) {
      log("error", "realm call failed", { call: name, realm: this.ctx.id.name, ...describeThrow(thrown) });
      this.#accounts.forgetGauges();
      throw thrown;
    }
  }
}
