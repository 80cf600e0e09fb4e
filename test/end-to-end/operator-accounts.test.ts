// The operator's view at /admin: who may enter, accounts from their making to their end, and their live devices.

import { describe, expect, it } from "vitest";
import { headerValue } from "../../src/sip/message";
import { adminToken, operatorWorld } from "../support/operator-world";

const world = operatorWorld();

describe("the door of the operator's view", () => {
  it("stays shut for a wrong token, and says so", async () => {
    const page = await world.open("/admin");
    await page.getByLabel("Admin token").fill("not-the-token-of-this-gateway");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("That is not this gateway’s admin token.").waitFor();
    expect(await page.getByRole("navigation", { name: "Views" }).count()).toBe(0);
  });

  it("opens for the right one, which is then in no URL and in no storage, and is gone after a reload", async () => {
    const page = await world.open("/admin");
    const [addresses, context] = [new Set<string>(), page.context()];
    page.on("request", (request) => addresses.add(request.url()));
    await page.getByLabel("Admin token").fill(adminToken);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    await page.getByText("users online").waitFor();
    const kept = JSON.stringify([
      [...addresses, page.url()],
      await context.storageState({ indexedDB: true }),
      await page.evaluate(() => ({ ...sessionStorage, ...localStorage, name: window.name })),
    ]);
    expect(kept).not.toContain(adminToken);
    expect(addresses.size).toBeGreaterThan(0);
    await page.reload();
    await page.getByLabel("Admin token").waitFor();
    expect(world.complaints()).toEqual([]);
  });

  it("leads on to what a link names", async () => {
    const aor = world.newUser();
    await world.phone(aor);
    const page = await world.signedIn(`#/accounts/${encodeURIComponent(aor)}/messages`);
    await page.getByRole("heading", { name: aor, level: 1 }).waitFor();
    await page.getByText("Nothing is stored").waitFor();
    expect(await page.getByRole("tab", { name: "Messages" }).getAttribute("aria-selected")).toBe("true");
    expect(await page.title()).toBe(`${aor} · durasip operator`);
  });
});

describe("the overview", () => {
  it("asks again every few seconds, and not while nobody looks", async () => {
    const page = await world.open("/health");
    await page.clock.install();
    let [asked, answered] = [0, 0];
    page.on("request", (request) => {
      if (request.url().includes("/figures")) asked += 1;
    });
    page.on("requestfinished", (request) => {
      if (request.url().includes("/figures")) answered += 1;
    });
    await page.goto(`${world.url()}/admin`);
    await page.getByLabel("Admin token").fill(adminToken);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect.poll(() => asked).toBe(1);
    await page.getByText("users online").waitFor();
    await page.clock.fastForward(5000);
    await expect.poll(() => asked).toBe(2);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    });
    // The answer to the second may be on its way: the third is due only after it.
    await expect.poll(() => answered).toBe(2);
    for (let step = 0; step < 10; step += 1) await page.clock.fastForward(5000);
    expect(asked).toBe(2);
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await expect.poll(() => asked).toBe(3);
  });

  it("says what to set where no figures are kept", async () => {
    const page = await world.open("/admin");
    await page.route(/\/figures/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), enabled: false } });
    });
    await page.getByLabel("Admin token").fill(adminToken);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This gateway keeps no figures").waitFor();
    await page.getByText("FIGURES", { exact: true }).waitFor();
  });
});

describe("another view", () => {
  it("is reached by keyboard, and reading goes on at its heading", async () => {
    const aor = world.newUser();
    await world.phone(aor);
    const page = await world.signedIn("#/accounts");
    await page.getByRole("link", { name: aor }).focus();
    await page.keyboard.press("Enter");
    const heading = page.getByRole("heading", { name: aor, level: 1 });
    await heading.waitFor();
    await expect.poll(() => heading.evaluate((element) => element === document.activeElement)).toBe(true);
  });
});

describe("an account", () => {
  it("is made, found, disabled and enabled again, gets another password, and is deleted", async () => {
    const aor = world.newUser("dora");
    const page = await world.signedIn("#/accounts");
    await page.getByRole("button", { name: "New account" }).click();
    const dialog = page.getByRole("dialog", { name: "New account" });
    await dialog.getByLabel("Name").fill(aor.replace("@localhost", ""));
    await dialog.getByLabel("Password").fill("first password");
    await dialog.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: aor, level: 1 }).waitFor();
    expect(await statusOf(aor, "first password")).toBe(200);

    await page.getByRole("link", { name: "Accounts" }).click();
    await page.getByRole("searchbox", { name: "Find an account" }).fill("DORA");
    await page.getByRole("link", { name: aor }).click();

    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByText("disabled", { exact: true }).waitFor();
    expect(await statusOf(aor, "first password")).toBe(401);
    await page.getByRole("button", { name: "Enable" }).click();
    await page.getByRole("button", { name: "Disable" }).waitFor();

    await page.getByRole("button", { name: "More to do" }).click();
    await page.getByRole("menuitem", { name: "Reset the password" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Make one up" }).click();
    const made = await page.getByRole("dialog").getByLabel("Password").inputValue();
    expect(made).toMatch(/^(?:[a-z2-9]{6}-){3}[a-z2-9]{6}$/);
    await page.getByRole("dialog").getByRole("button", { name: "Set the password" }).click();
    await page.getByText(`${aor} has a new password`).waitFor();
    expect(await statusOf(aor, made)).toBe(200);

    await page.getByRole("button", { name: "More to do" }).click();
    await page.getByRole("menuitem", { name: "Delete the account" }).click();
    const asked = page.getByRole("dialog", { name: "Delete this account?" });
    expect(await asked.getByRole("button", { name: "Delete for good" }).isDisabled()).toBe(true);
    await asked.getByRole("textbox").fill(aor);
    await asked.getByRole("button", { name: "Delete for good" }).click();
    await page.getByRole("heading", { name: "Accounts", level: 1 }).waitFor();
    const { accounts } = await world.ask<{ accounts: { aor: string }[] }>("/v1/accounts?query=dora");
    expect(accounts).toEqual([]);
    expect(world.complaints()).toEqual([]);
  });

  /** What a REGISTER with that password comes to. */
  async function statusOf(aor: string, password: string): Promise<number> {
    const phone = await world.stranger(aor, password);
    return (await phone.register()).status;
  }

  it("that exists already is not made twice: the form says why, and keeps what was typed", async () => {
    const aor = world.newUser();
    await world.phone(aor);
    const page = await world.signedIn("#/accounts");
    await page.getByRole("button", { name: "New account" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill(aor);
    await dialog.getByRole("button", { name: "Create" }).click();
    await dialog.getByRole("alert").waitFor();
    expect(await dialog.getByLabel("Name").inputValue()).toBe(aor);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  });

  it("is one of many: pages follow each other, and back leads back", async () => {
    const names = Array.from({ length: 55 }, (_, at) => `many${String(at).padStart(3, "0")}@localhost`);
    await Promise.all(names.map((aor) => world.ask("/v1/accounts", "POST", { aor })));
    const page = await world.signedIn("#/accounts?query=many");
    await page.getByRole("link", { name: "many000@localhost" }).waitFor();
    expect(await page.getByRole("link", { name: /^many/ }).count()).toBe(50);
    await page.getByRole("link", { name: "Next page" }).click();
    await page.getByRole("link", { name: "many054@localhost" }).waitFor();
    expect(await page.getByRole("link", { name: /^many/ }).count()).toBe(5);
    await page.goBack();
    await page.getByRole("link", { name: "many000@localhost" }).waitFor();
  });

  it("that is not there is said to be so", async () => {
    const page = await world.signedIn("#/accounts/nobody%40localhost");
    await page.getByText("There is no such account.").waitFor();
  });
});

describe("a device", () => {
  it("appears when a client signs in, and can be disconnected", async () => {
    const aor = world.newUser();
    await world.ask("/v1/accounts", "POST", { aor, password: "demo" });
    const page = await world.signedIn(`#/accounts/${encodeURIComponent(aor)}`);
    await page.getByText("No device", { exact: true }).waitFor();
    const phone = await world.phone(aor, "A Phone of the Tests/1.0");
    await page.getByRole("heading", { name: "A Phone of the Tests/1.0" }).waitFor();
    await page.getByText("connected", { exact: true }).waitFor();
    await page.getByRole("button", { name: /^Disconnect/ }).click();
    await phone.closed();
    await page.getByText("connected", { exact: true }).waitFor({ state: "detached" });
  });

  it("that calls itself by markup is shown by its name, not as markup", async () => {
    const aor = world.newUser();
    await world.phone(aor, "<img src=x onerror=alert(1)>");
    const page = await world.signedIn(`#/accounts/${encodeURIComponent(aor)}`);
    await page.getByRole("heading", { name: "<img src=x onerror=alert(1)>" }).waitFor();
    expect(await page.locator("main img").count()).toBe(0);
    expect(world.complaints()).toEqual([]);
  });
});

describe("what is stored", () => {
  it("is listed, and its words are shown when they are asked for", async () => {
    const [sender, away] = [world.newUser(), world.newUser()];
    await world.ask("/v1/accounts", "POST", { aor: away, password: "demo" });
    const phone = await world.phone(sender);
    expect((await phone.message(away, "a <b>secret</b> of two")).status).toBe(202);
    const page = await world.signedIn(`#/accounts/${encodeURIComponent(away)}/messages`);
    await page.getByText("waiting", { exact: true }).waitFor();
    expect(await page.locator("main").textContent()).not.toContain("secret");
    await page.getByRole("button", { name: `Show the message from ${sender}` }).click();
    await page.getByText("a <b>secret</b> of two", { exact: true }).waitFor();
  });

  it("by way of publications and subscriptions is under Events", async () => {
    const [alice, bob] = [world.newUser(), world.newUser()];
    const [phone, watcher] = [await world.phone(alice), await world.phone(bob)];
    expect((await phone.publish("at lunch")).status).toBe(200);
    const answer = await watcher.subscribe(alice);
    expect([answer.status, headerValue(answer, "expires")]).toEqual([200, "600"]);
    const page = await world.signedIn(`#/accounts/${encodeURIComponent(alice)}/events`);
    await page.getByText(`watched by ${bob}`).waitFor();
    await page.getByRole("table", { name: "What is published" }).getByText("presence").waitFor();
  });
});
