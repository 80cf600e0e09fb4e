// The realm's list and the accounts themselves: whatever is lost between the two, the list hears of an account.

import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";

const aor = "unheard-of@example.com";
const home = () => env.ADDRESS_OF_RECORD.getByName(aor);
const realm = () => env.REALM.getByName("example.com");
const listed = async () =>
  (await realm().listAccounts(undefined, 100)).accounts.map((account) => account.aor);

it("an account that the realm has not heard of is announced when its object wakes", async () => {
  await home().putAccount(aor, { password: "secret" }, "create");
  await vi.waitFor(async () => expect(await listed()).toContain(aor));
  // As after a crash between the account's row and the realm's answer.
  await realm().accountRemoved(aor);
  await runInDurableObject(home(), (_, state) => {
    state.storage.sql.exec("INSERT INTO meta (name, data) VALUES ('unlisted', 'true')");
  });
  await evictDurableObject(home());
  expect(await home().readAccount()).toMatchObject({ aor });
  await vi.waitFor(async () => expect(await listed()).toContain(aor));
  const marks = await runInDurableObject(home(), (_, state) =>
    state.storage.sql.exec("SELECT count(*) AS n FROM meta WHERE name = 'unlisted'").one(),
  );
  expect(marks).toEqual({ n: 0 });
});

it("a name that stayed on the list without an account goes with a second deletion", async () => {
  await realm().accountAdded({ aor: "ghost@example.com", createdAt: "2026-11-22T00:00:00.000Z" });
  expect(await env.ADDRESS_OF_RECORD.getByName("ghost@example.com").deleteAccount()).toBe(false);
  expect(await listed()).not.toContain("ghost@example.com");
});
