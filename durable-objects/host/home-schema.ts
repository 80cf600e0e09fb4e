// The schema of an address-of-record's database (docs/STORAGE.md, docs/upgrading.md).

import { createCallTable } from "./call-table";
import type { Migrations } from "./migrations";
import { createXcapTable } from "./xcap-table";

export const homeSchema: Migrations = [
  [
    "CREATE TABLE meta (name TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE device (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE dialog (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE subscription (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE publication (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID",
    `CREATE TABLE message (
    sequence INTEGER PRIMARY KEY, key TEXT, device TEXT, direction TEXT NOT NULL, at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    octets INTEGER NOT NULL, taken INTEGER NOT NULL, owed INTEGER NOT NULL, frame NOT NULL)`,
  ],
  [createCallTable],
  ["CREATE TABLE list_entry (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID"],
  [createXcapTable],
  ["ALTER TABLE message ADD COLUMN sender TEXT"],
];
