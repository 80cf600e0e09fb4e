// The lockfile, made fit for every machine. Run after each `npm install`.
//
// Two things npm leaves undone:
//  - `resolved` records which registry an install happened to use; without it each machine uses its own.
//  - a registry that mirrors only some platforms makes npm drop the other platforms' optional packages,
//    and `npm ci` then refuses the lockfile. They are named here by version alone, as their parent pins them.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));

const platforms =
  /(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|aix|win32|windows)-([a-z0-9]+)/;
const cpus = { 64: "x64" };
const systems = { windows: "win32" };

/** Where a sibling of the same version already stands: a missing package belongs beside it. */
function placeOf(parent, name, version) {
  const scope = name.split("/")[0];
  const sibling = Object.entries(lock.packages).find(
    ([at, entry]) => entry.version === version && at.includes(`node_modules/${scope}/`) && entry.os,
  );
  const folder = sibling ? sibling[0].slice(0, sibling[0].lastIndexOf("node_modules/")) : `${parent}/`;
  return `${folder}node_modules/${name}`;
}

for (const [parent, entry] of Object.entries(lock.packages)) {
  delete entry.resolved;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const match = platforms.exec(name);
    if (!match || !/^\d/.test(version)) continue;
    const at = placeOf(parent, name, version);
    const known = Object.entries(lock.packages).some(
      ([where, { version: its }]) => where.endsWith(`node_modules/${name}`) && its === version,
    );
    if (known) continue;
    const [, system, cpu] = match;
    lock.packages[at] = {
      version,
      cpu: [cpus[cpu] ?? cpu],
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      os: [systems[system] ?? system],
    };
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
