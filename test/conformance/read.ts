// The files of this folder.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url).href);

export const readJson = (path: string): unknown => JSON.parse(readFileSync(pathOf(path), "utf8"));

export const readOctets = (path: string): Uint8Array => new Uint8Array(readFileSync(pathOf(path)));

export const listFolder = (path: string): readonly string[] => readdirSync(pathOf(path));
