// The administrator's calls on one address-of-record (contracts/administration.ts): steps of the home, and where
// names of other objects are touched, the calls that go with them.

import type { DialogView, PublicationView, SubscriptionView } from "../../src/contracts/account-lists";
import type {
  AccountChange,
  AccountView,
  AddressOfRecordAdministration,
  DeviceView,
  MessagePage,
  PutAccountOutcome,
  ServerMessage,
} from "../../src/contracts/administration";
import type { CallPage } from "../../src/contracts/call-record";
import type { MessageCounts } from "../../src/contracts/message-counts";
import { dialogViews, publicationViews, subscriptionViews } from "../../src/home/account-lists";
import {
  accountView,
  aliasesFreed,
  anyAccount,
  clearCalls,
  clearMessages,
  deleteAccount,
  deviceView,
  disconnectDevice,
  messageView,
  putAccount,
  sendServerMessage,
} from "../../src/home/administration";
import { callView } from "../../src/home/calls/call-view";
import { putMessageCounts } from "../../src/home/events/message-summary";
import { reachableAccount } from "../../src/home/tenancy";
import { emit } from "../../src/home/turn";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";
import type { HomeHost } from "./home-host";

const longestPage = 500;

export class AccountDesk {
  readonly #host: HomeHost;

  constructor(host: HomeHost) {
    this.#host = host;
  }

  putAccount(aor: string, change: AccountChange, mode: "create" | "put"): Promise<PutAccountOutcome> {
    return this.#host.oneAfterTheOther(() => this.#putAccount(aor, change, mode));
  }

  async #putAccount(aor: string, change: AccountChange, mode: "create" | "put"): Promise<PutAccountOutcome> {
    const { tenancy } = this.#host.state;
    if (tenancy?.kind === "alias") return { kind: "conflict", detail: `An alias of ${tenancy.of}` };
    const before = anyAccount(this.#host.state);
    if (before !== undefined && mode === "create") return { kind: "conflict", detail: "The account exists" };
    // RFC 7616 §3.4.2: the user name is part of H(A1), and we do not have the password to make it anew.
    const isRespelled = change.spelling !== undefined && change.spelling !== before?.spelling;
    if (before !== undefined && isRespelled && change.password === undefined && change.ha1s === undefined) {
      return { kind: "conflict", detail: "Another spelling of the name needs the password" };
    }
    const claiming = change.aliases?.filter((name) => !before?.aliases.includes(name)) ?? [];
    if (claiming.length === 0) return this.#write(aor, change, before === undefined);
    // A new account stands before its names are claimed, so that nobody else makes it meanwhile.
    const first = before === undefined ? { ...change, aliases: [] } : {};
    this.#host.administer((turn) => putAccount(turn, aor, first, claiming));
    const taken = await this.#claim(claiming);
    if (taken === undefined) {
      const rest = before === undefined ? { aliases: change.aliases ?? [] } : change;
      return this.#write(aor, rest, before === undefined);
    }
    await this.#freeLoose();
    if (before === undefined) this.#host.administer(deleteAccount);
    return { kind: "conflict", detail: `${taken} is taken` };
  }

  async #write(aor: string, change: AccountChange, isNew: boolean): Promise<PutAccountOutcome> {
    const account = this.#host.administer((turn) => putAccount(turn, aor, change));
    await this.#freeLoose();
    return { kind: isNew ? "created" : "updated", account: accountView(account) };
  }

  readAccount(): AccountView | undefined {
    const account = this.#account();
    return account === undefined ? undefined : accountView(account);
  }

  /** The names that lead here are freed first: after a crash in between the account still knows of them. */
  deleteAccount(): Promise<boolean> {
    return this.#host.oneAfterTheOther(async () => {
      const account = anyAccount(this.#host.state);
      await this.#free([...(account?.aliases ?? []), ...(account?.looseAliases ?? [])]);
      // First the list: a name that stays on it after its account is gone could not be taken off any more.
      await this.#host.listing.remove();
      return this.#host.administer(deleteAccount);
    });
  }

  listDevices(): readonly DeviceView[] | undefined {
    if (this.#account() === undefined) return undefined;
    return this.#host.administer((turn) =>
      [...turn.state.devices.values()].map((device) =>
        deviceView(
          turn,
          device,
          this.#host.store.owedAfter(device.id, device.inbox.cursor, turn.now),
          this.#host.pingedAt,
        ),
      ),
    );
  }

  listDialogs(): readonly DialogView[] | undefined {
    return this.#account() === undefined ? undefined : this.#host.administer(dialogViews);
  }

  listSubscriptions(): readonly SubscriptionView[] | undefined {
    return this.#account() === undefined ? undefined : this.#host.administer(subscriptionViews);
  }

  listPublications(): readonly PublicationView[] | undefined {
    return this.#account() === undefined ? undefined : this.#host.administer(publicationViews);
  }

  disconnectDevice(id: string, forget: boolean): boolean {
    return this.#host.administer((turn) => disconnectDevice(turn, id, forget));
  }

  async sendMessage(message: ServerMessage): Promise<{ readonly status: number; readonly reason: string }> {
    if (this.#account() === undefined) return { status: 404, reason: "Not Found" };
    const ticket = this.#host.newToken();
    const outcome = this.#host.ticket(ticket);
    this.#host.administer((turn) => sendServerMessage(turn, message, ticket));
    return outcome;
  }

  readMessages(after: number, limit: number): MessagePage | undefined {
    if (this.#account() === undefined) return undefined;
    const size = Math.min(Math.max(1, limit), longestPage);
    const found = this.#host.store.messagesAfter(after, size + 1);
    const page = found.slice(0, size);
    const kept = page.filter((message) => message.expiresAt > Date.now());
    const messages = kept.flatMap((message) => messageView(message) ?? []);
    return { messages, next: found.length > size ? page.at(-1)?.sequence : undefined };
  }

  clearMessages(): number | undefined {
    if (this.#account() === undefined) return undefined;
    const { messages } = this.#host.state.log;
    this.#host.administer(clearMessages);
    return messages;
  }

  readCalls(before: string | undefined, limit: number): CallPage | undefined {
    if (this.#account() === undefined) return undefined;
    const size = Math.min(Math.max(1, limit), longestPage);
    const found = this.#host.store.calls?.before(before, size + 1) ?? [];
    const page = found.slice(0, size);
    const calls = this.#host.administer((turn) => page.map((record) => callView(turn, record)));
    const next = found.length > size ? page.at(-1)?.id : undefined;
    return next === undefined ? { calls } : { calls, next };
  }

  clearCalls(): number | undefined {
    if (this.#account() === undefined) return undefined;
    const count = this.#host.store.calls?.count() ?? 0;
    this.#host.administer(clearCalls);
    return count;
  }

  readMessageCounts(): MessageCounts | undefined {
    return this.#account() === undefined ? undefined : this.#host.state.messageCounts;
  }

  putMessageCounts(counts: MessageCounts): boolean {
    if (this.#account() === undefined) return false;
    this.#host.administer((turn) => putMessageCounts(turn, counts));
    return true;
  }

  claimAlias(_aor: string, of: string): boolean {
    const { tenancy } = this.#host.state;
    if (tenancy !== undefined) return tenancy.kind === "alias" && tenancy.of === of;
    this.#host.administer((turn) => {
      turn.state.tenancy = { kind: "alias", of: of as AddressOfRecord };
      emit(turn, { kind: "putTenancy", tenancy: turn.state.tenancy });
    });
    return true;
  }

  releaseAlias(of: string): void {
    const { tenancy } = this.#host.state;
    if (tenancy?.kind !== "alias" || tenancy.of !== of) return;
    this.#host.administer((turn) => {
      turn.state.tenancy = undefined;
      emit(turn, { kind: "deleteEverything" });
    });
  }

  /** In a demo the named users are there for the administrator too. */
  #account() {
    return anyAccount(this.#host.state) ?? this.#host.administer(reachableAccount);
  }

  /** Claims names for this account; the first that is taken, if one is. */
  async #claim(names: readonly AddressOfRecord[]): Promise<string | undefined> {
    const { aor } = this.#host.state;
    for (const name of names) {
      const isOurs = name !== aor && (await this.#home(name).claimAlias(name, aor));
      if (!isOurs) return name;
    }
    return undefined;
  }

  /** Frees what may lead here and should not, of this change or of one that was cut off. */
  async #freeLoose(): Promise<void> {
    const loose = anyAccount(this.#host.state)?.looseAliases ?? [];
    if (loose.length === 0) return;
    await this.#free(loose);
    this.#host.administer(aliasesFreed);
  }

  async #free(names: readonly AddressOfRecord[]): Promise<void> {
    const { aor } = this.#host.state;
    for (const name of names) if (name !== aor) await this.#home(name).releaseAlias(aor);
  }

  #home(name: AddressOfRecord): AddressOfRecordAdministration {
    return this.#host.home<AddressOfRecordAdministration>(name);
  }
}
