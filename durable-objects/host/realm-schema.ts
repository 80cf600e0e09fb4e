// The schema of a realm's database (docs/STORAGE.md, docs/upgrading.md).

import { addAccountFigures, createAccountList } from "./account-list";
import { createFigureTables } from "./figure-table";
import { createGuessTable } from "./guess-table";
import type { Migrations } from "./migrations";

export const realmSchema: Migrations = [
  [...createAccountList, "CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"],
  [...addAccountFigures, ...createFigureTables],
  createGuessTable,
];
