// The settings of a small deployment, through the parser that reads a real one.

import type { Settings } from "../../src/contracts/settings";
import { configurationOf } from "../../src/env";

export function settingsWith(variables: Readonly<Record<string, string>> = {}): Settings {
  const configuration = configurationOf({ REALMS: "example.com, example.org", ...variables });
  if (!configuration.ok) throw new Error(configuration.problem);
  return configuration.settings;
}
