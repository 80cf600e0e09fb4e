// The administrator's calls on one address-of-record (contracts/administration.ts): steps of the home, and where
// names of other objects are touched, the calls that go with them.

import type {
  AccountChange,
  AccountView,
  AddressOfRecordAdministration,
  DeviceView,
  MessagePage,
  PutAccountOutcome,
  ServerMessage,
} from "../../src/contracts/administration";
import {
  accountView,
  anyAccount,
  clearMessages,
  deleteAccount,
  deviceView,
  disconnectDevice,
  messageView,
  putAccount,
  sendServerMessage,
} from "../../src/home/administration";
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

  async putAccount(aor: string, change: AccountChange, mode: "create" | "put"): Promise<PutAccountOutcome> {
    const { tenancy } = this.#host.state;
    if (tenancy?.kind === "alias") return { kind: "conflict", detail: `An alias of ${tenancy.of}` };
    const before = anyAccount(this.#host.state);
    if (before !== undefined && mode === "create") return { kind: "conflict", detail: "The account exists" };
    // RFC 7616 §3.4.2: the user name is part of H(A1), and we do not have the password to make it anew.
    const isRespelled = change.spelling !== undefined && change.spelling !== before?.spelling;
    if (before !== undefined && isRespelled && change.password === undefined && change.ha1s === undefined) {
      return { kind: "conflict", detail: "Another spelling of the name needs the password" };
    }
    const taken = await this.#claimAliases(change.aliases ?? [], before?.aliases ?? []);
    if (taken !== undefined) return { kind: "conflict", detail: `${taken} is taken` };
    const account = this.#host.administer((turn) => putAccount(turn, aor, change));
    return { kind: before === undefined ? "created" : "updated", account: accountView(account) };
  }

  readAccount(): AccountView | undefined {
    const account = this.#account();
    return account === undefined ? undefined : accountView(account);
  }

  async deleteAccount(): Promise<boolean> {
    const aliases = anyAccount(this.#host.state)?.aliases ?? [];
    await this.#claimAliases([], aliases);
    return this.#host.administer(deleteAccount);
  }

  listDevices(): readonly DeviceView[] | undefined {
    if (this.#account() === undefined) return undefined;
    return this.#host.administer((turn) =>
      [...turn.state.devices.values()].map((device) =>
        deviceView(turn, device, this.#host.store.owedAfter(device.inbox.cursor, turn.now)),
      ),
    );
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
    const messages = page.flatMap((message) => messageView(message) ?? []);
    return { messages, next: found.length > size ? page.at(-1)?.sequence : undefined };
  }

  clearMessages(): number | undefined {
    if (this.#account() === undefined) return undefined;
    const { messages } = this.#host.state.log;
    this.#host.administer(clearMessages);
    return messages;
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

  /** Claims the names that are new and frees those that are not wanted; the name that is taken, if one is. */
  async #claimAliases(wanted: readonly string[], had: readonly string[]): Promise<string | undefined> {
    const { aor } = this.#host.state;
    const claimed: string[] = [];
    const home = (name: string) => this.#host.home<AddressOfRecordAdministration>(name);
    for (const name of wanted.filter((candidate) => !had.includes(candidate))) {
      if (name !== aor && (await home(name).claimAlias(name as AddressOfRecord, aor))) claimed.push(name);
      else {
        for (const undone of claimed) await home(undone).releaseAlias(aor);
        return name;
      }
    }
    for (const name of had.filter((candidate) => !wanted.includes(candidate)))
      await home(name).releaseAlias(aor);
    return undefined;
  }
}
