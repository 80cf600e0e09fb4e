// What a browser fetches to show `/` for the first time, compressed: the page, and every script and style it names.
// The rest comes when somebody has signed in.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, it } from "vitest";
import { buildWebIfStale, webDist } from "../../scripts/build-web";

beforeAll(() => buildWebIfStale(), 60_000);

it("is less than 200 kB, and all that the console can ever load is not much more", () => {
  const html = readFileSync(join(webDist, "index.html"), "utf8");
  const first = namedIn(html);
  expect([...first].some((name) => name.endsWith(".js"))).toBe(true);
  const [atFirst, inAll] = [sizeOf(first), sizeOf(reachableFrom(first))].map(
    (size) => size + gzipSync(html).length,
  );
  process.stdout.write(
    `first load of /: ${kilobytes(atFirst)} kB; with the whole console: ${kilobytes(inAll)} kB\n`,
  );
  expect(atFirst).toBeLessThan(200_000);
  // React, Base UI and SIP.js are most of it: more is a dependency that came in unseen.
  expect(inAll).toBeLessThan(300_000);
});

/** Built files named in a page or script, such as `assets/index-4zi520Q8.js` or `./notice-BtXxVgBt.js`. */
const namedIn = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/["'`](?:\/?assets\/|\.\/)([\w.-]+\.(?:js|css))["'`]/g)].map(([, name = ""]) => name),
  );

function reachableFrom(names: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(names);
  for (const name of found) {
    if (!name.endsWith(".js")) continue;
    for (const next of namedIn(read(name).toString("utf8"))) found.add(next);
  }
  return found;
}

const read = (name: string): Buffer => readFileSync(join(webDist, "assets", name));

const sizeOf = (names: ReadonlySet<string>): number =>
  [...names].reduce((sum, name) => sum + gzipSync(read(name), { level: 9 }).length, 0);

const kilobytes = (octets = 0): string => (octets / 1000).toFixed(1);
