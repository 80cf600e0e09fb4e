// A bill in words.

import { billFor } from "./bill";
import { offersFor } from "./elsewhere";
import type { Counts } from "./measure";
import type { Load } from "./usual-load";

const usdOf = (amount: number): string => amount.toFixed(2).padStart(12);
const amountOf = (amount: number): string =>
  (amount < 1000 ? amount.toFixed(1).replace(/\.0$/, "") : Math.round(amount).toLocaleString("en")).padStart(
    16,
  );

/** Everything that is known of the cost of that load. */
export function report(load: Load, counts: Counts): string {
  const bill = billFor(load, counts);
  const said = Object.entries(load).map(([name, value]) => `${name} ${value}`);
  return [
    `${said.join(", ")}; per user and day, a month of 30 days`,
    "",
    `${"Cloudflare".padEnd(36)}${"used".padStart(16)}${"included".padStart(16)}${"USD".padStart(12)}`,
    ...bill.lines.map(
      ({ name, used, included, usd }) =>
        `${name.padEnd(36)}${amountOf(used)}${amountOf(included)}${usdOf(usd)}`,
    ),
    `${"together".padEnd(68)}${usdOf(bill.usd)}`,
    `${"for each user".padEnd(68)}${(bill.usd / Math.max(load.users, 1)).toFixed(4).padStart(12)}`,
    "",
    "of that, if nothing were included:",
    ...bill.parts.map(({ name, usd }) => `  ${name.padEnd(66)}${usdOf(usd)}`),
    "",
    "elsewhere, USD a month:",
    ...offersFor(load).map(
      ({ name, usd: [from, to], includes }) =>
        `  ${name.padEnd(34)}${(from === to ? from.toFixed(0) : `${from.toFixed(0)} to ${to.toFixed(0)}`).padStart(18)}  ${includes}`,
    ),
    "",
    `Counts of ${counts.measuredOn}, prices of ${bill.pricesAsOf}; not in it: TURN traffic, kept logs, taxes.`,
  ].join("\n");
}
