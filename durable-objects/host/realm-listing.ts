// This account on its realm's list. The list is told of a new account until it has heard: a mark in the rows outlives
// the memory that was telling it.

import { epochMs } from "../../src/base/brand";
import type { Account } from "../../src/contracts/account";
import type { RealmAdministration } from "../../src/contracts/administration";
import { type AddressOfRecord, aorHost } from "../../src/sip/uri/address-of-record";
import { formatDateTime } from "../../src/xml/date-time";
import type { SqlStore } from "./sql-store";

export interface ListingOf {
  readonly account: () => Account | undefined;
  /** The list has heard: it finds the name in what else it is told. */
  readonly told: () => void;
}

export class RealmListing {
  readonly #env: Env;
  readonly #store: SqlStore;
  readonly #aor: AddressOfRecord;
  readonly #of: ListingOf;

  constructor(env: Env, store: SqlStore, aor: AddressOfRecord, of: ListingOf) {
    this.#env = env;
    this.#store = store;
    this.#aor = aor;
    this.#of = of;
  }

  async tell(change: "added" | "removed"): Promise<void> {
    if (change === "removed") return this.remove();
    this.#store.markUnlisted();
    const account = this.#of.account();
    const createdAt = formatDateTime(account?.createdAt ?? epochMs(Date.now()));
    await this.#realm().accountAdded({ aor: this.#aor, createdAt, enabled: account?.enabled ?? true });
    this.#store.markListed();
    this.#of.told();
  }

  /** Takes the name off the list; also that of an account which is gone already. */
  remove(): Promise<void> {
    return this.#realm().accountRemoved(this.#aor);
  }

  #realm(): RealmAdministration {
    return this.#env.REALM.getByName(aorHost(this.#aor)) as unknown as RealmAdministration;
  }
}
