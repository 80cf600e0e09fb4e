// This account on its realm's list. The list is told of a new account until it has heard: a mark in the rows outlives
// the memory that was telling it.

import { type EpochMs, epochMs } from "../../src/base/brand";
import type { RealmAdministration } from "../../src/contracts/administration";
import { type AddressOfRecord, aorHost } from "../../src/sip/uri/address-of-record";
import { formatDateTime } from "../../src/xml/date-time";
import type { SqlStore } from "./sql-store";

export class RealmListing {
  readonly #env: Env;
  readonly #store: SqlStore;
  readonly #aor: AddressOfRecord;
  readonly #createdAt: () => EpochMs | undefined;

  constructor(env: Env, store: SqlStore, aor: AddressOfRecord, createdAt: () => EpochMs | undefined) {
    this.#env = env;
    this.#store = store;
    this.#aor = aor;
    this.#createdAt = createdAt;
  }

  async tell(change: "added" | "removed"): Promise<void> {
    if (change === "removed") return this.remove();
    this.#store.markUnlisted();
    const createdAt = formatDateTime(this.#createdAt() ?? epochMs(Date.now()));
    await this.#realm().accountAdded({ aor: this.#aor, createdAt });
    this.#store.markListed();
  }

  /** Takes the name off the list; also that of an account which is gone already. */
  remove(): Promise<void> {
    return this.#realm().accountRemoved(this.#aor);
  }

  #realm(): RealmAdministration {
    return this.#env.REALM.getByName(aorHost(this.#aor)) as unknown as RealmAdministration;
  }
}
