// Names that lead to an account, which are objects of their own: what concurrent calls, failures and crashes between
// the two leave behind.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AddressOfRecord } from "../../durable-objects/address-of-record";
import type { PutAccountOutcome } from "../../src/contracts/administration";
import type { AddressOfRecord as Name } from "../../src/sip/uri/address-of-record";
import { callsOf, crash, hibernate, makeAccount, online, password } from "./support/homes";

beforeEach(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
});

let stories = 0;

function names() {
  const suffix = `${++stories}@example.com`;
  return {
    alice: `alice${suffix}`,
    bob: `bob${suffix}`,
    sales: `sales${suffix}` as Name,
    service: `service${suffix}` as Name,
  };
}

const create = (aor: string, aliases: readonly Name[] = []): Promise<PutAccountOutcome> =>
  callsOf(aor).putAccount(aor, { password, aliases }, "create");

const aliasesOf = async (aor: string): Promise<readonly string[] | undefined> =>
  (await callsOf(aor).readAccount())?.aliases;

/** How a call failed. */
const faultOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "not at all",
    (thrown: Error) => thrown.message,
  );

/** Whether the name is free, judged by making an account of it, which stays. */
const isFree = async (aor: string): Promise<boolean> => (await create(aor)).kind === "created";

/** The object of that name dies while it is asked to be an alias. */
const cutOff = (at: string) => {
  const { claimAlias } = AddressOfRecord.prototype;
  return vi.spyOn(AddressOfRecord.prototype, "claimAlias").mockImplementation(function (
    this: AddressOfRecord,
    aor,
    of,
  ) {
    return aor === at ? Promise.reject(new Error("gone")) : claimAlias.call(this, aor, of);
  });
};

describe("two calls at once", () => {
  it("of which both would create the account: one does", async () => {
    const { alice, sales, service } = names();
    const outcomes = await Promise.all([create(alice, [sales]), create(alice, [service])]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["conflict", "created"]);
    const [kept, freed] = (await aliasesOf(alice))?.includes(sales) ? [sales, service] : [service, sales];
    expect([await isFree(kept), await isFree(freed)]).toEqual([false, true]);
  });

  it("that change aliases: the later one holds, and frees what the earlier one claimed", async () => {
    const { alice, sales, service } = names();
    await makeAccount(alice);
    const put = (name: Name) => callsOf(alice).putAccount(alice, { aliases: [name] }, "put");
    await Promise.all([put(sales), put(service)]);
    expect(await aliasesOf(alice)).toEqual([service]);
    expect([await isFree(service), await isFree(sales)]).toEqual([false, true]);
  });

  it("of two accounts for the same names: one gets them all, the other none", async () => {
    const { alice, bob, sales, service } = names();
    const outcomes = await Promise.all([create(alice, [sales, service]), create(bob, [service, sales])]);
    const created = outcomes.filter(({ kind }) => kind === "created").length;
    expect(created).toBeLessThanOrEqual(1);
    for (const aor of [alice, bob])
      expect([undefined, [sales, service], [service, sales]]).toContainEqual(await aliasesOf(aor));
  });

  it("of which one deletes what the other changes: nothing is left of it", async () => {
    const { alice, sales } = names();
    await makeAccount(alice);
    const [changed, deleted] = await Promise.all([
      callsOf(alice).putAccount(alice, { aliases: [sales] }, "put"),
      callsOf(alice).deleteAccount(),
    ]);
    expect([changed.kind, deleted]).toEqual(["updated", true]);
    expect([await isFree(sales), await isFree(alice)]).toEqual([true, true]);
  });
});

describe("a name that is taken", () => {
  it("is a conflict, and leaves neither account nor the names claimed before it", async () => {
    const { alice, sales, service } = names();
    await makeAccount(service);
    expect(await create(alice, [sales, service])).toEqual({
      kind: "conflict",
      detail: `${service} is taken`,
    });
    expect([await aliasesOf(alice), await isFree(sales), await isFree(alice)]).toEqual([
      undefined,
      true,
      true,
    ]);
  });

  it("leaves an account that was there as it was, its sockets too", async () => {
    const { alice, sales, service } = names();
    await makeAccount(alice);
    await makeAccount(service);
    const phone = await online(alice);
    const change = { aliases: [sales, service], password: "another one" };
    expect(await callsOf(alice).putAccount(alice, change, "put")).toMatchObject({ kind: "conflict" });
    expect((await phone.register()).status).toBe(200);
    expect([await aliasesOf(alice), await isFree(sales)]).toEqual([[], true]);
    phone.hangUp();
  });
});

describe("a change that is cut off between two objects", () => {
  it.each(["hibernation", "a crash"])("is made good by the next change, after %s too", async (what) => {
    const { alice, sales, service } = names();
    await makeAccount(alice);
    const cut = cutOff(service);
    const change = { aliases: [sales, service] };
    expect(await faultOf(callsOf(alice).putAccount(alice, change, "put"))).toBe("The home failed");
    expect(await aliasesOf(alice)).toEqual([]);
    if (what === "a crash") await crash();
    else await hibernate(alice);
    cut.mockRestore();
    expect(await callsOf(alice).putAccount(alice, { enabled: true }, "put")).toMatchObject({
      kind: "updated",
    });
    expect([await isFree(sales), await isFree(service)]).toEqual([true, true]);
  });

  it("is made good by deleting the account", async () => {
    const { alice, sales, service } = names();
    const cut = cutOff(service);
    expect(await faultOf(create(alice, [sales, service]))).toBe("The home failed");
    cut.mockRestore();
    expect(await callsOf(alice).deleteAccount()).toBe(true);
    expect([await isFree(sales), await isFree(service), await isFree(alice)]).toEqual([true, true, true]);
  });
});
