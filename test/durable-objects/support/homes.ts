// Real homes under test: their accounts, phones on both roads, and what happens to an object between two steps.

import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { AddressOfRecordAdministration } from "../../../src/contracts/administration";
import { Phone, type PhoneOptions } from "../../support/phone";
import { openSocket } from "./worker";

export const password = "s3cret";

export type HomeStub = ReturnType<typeof env.ADDRESS_OF_RECORD.getByName>;

export const homeOf = (aor: string): HomeStub => env.ADDRESS_OF_RECORD.getByName(aor);

/** The calls other parts of the gateway make on a home. */
export const callsOf = (aor: string): AddressOfRecordAdministration =>
  homeOf(aor) as unknown as AddressOfRecordAdministration;

export async function makeAccount(aor: string): Promise<string> {
  const outcome = await callsOf(aor).putAccount(aor, { password }, "create");
  if (outcome.kind !== "created") throw new Error(JSON.stringify(outcome));
  return aor;
}

export type Road = "named" | "bare";

export const targetOn = (road: Road, aor: string): string => (road === "named" ? `/?aor=${aor}` : "/");

/** A phone with an open socket. */
export async function dial(
  aor: string,
  road: Road = "named",
  options: Omit<PhoneOptions, "aor"> = {},
): Promise<Phone> {
  return new Phone(await openSocket(targetOn(road, aor)), { aor, password, ...options });
}

/** A phone that has registered. */
export async function online(
  aor: string,
  road: Road = "named",
  options: Omit<PhoneOptions, "aor"> = {},
): Promise<Phone> {
  const phone = await dial(aor, road, options);
  const { status } = await phone.register();
  if (status !== 200) throw new Error(`REGISTER of ${aor}: ${status}`);
  return phone;
}

/** Ends an object's memory and keeps its sockets, as hibernation does; like it, it waits while a timer is set. */
export async function hibernate(aor: string): Promise<void> {
  await evictDurableObject(homeOf(aor), { webSockets: "hibernate" }).catch((refused) => {
    // One that is not in memory has none to lose.
    if (!String(refused).includes("not currently running")) throw refused;
  });
}

/** Ends every object as a crash or a deploy does: memory and sockets. */
export const crash = (): Promise<void> => abortAllDurableObjects();

/** Rows this object's database has had written since it was opened, alarms included. */
export const rowsWritten = (aor: string): Promise<number> =>
  runInDurableObject(homeOf(aor), (_home, { storage }) =>
    Number(storage.sql.exec("SELECT total_changes() AS n").one()["n"]),
  );

export const alarmOf = (aor: string): Promise<number | null> =>
  runInDurableObject(homeOf(aor), (_home, { storage }) => storage.getAlarm());

export const tablesOf = (aor: string): Promise<readonly string[]> =>
  runInDurableObject(homeOf(aor), (_home, { storage }) =>
    storage.sql
      .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name")
      .toArray()
      .map((row) => String(row["name"])),
  );
