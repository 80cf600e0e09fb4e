// At a demonstration the other accounts stand in the list from the first time on; who takes one out has it out.

import type { Demonstration } from "../demonstration";
import type { Line } from "../line/contract";

export function suggestPeople(line: Line, demonstration: Demonstration | undefined): void {
  const key = `durasip.suggested.${line.aor}`;
  if (demonstration === undefined || localStorage.getItem(key) !== null) return;
  localStorage.setItem(key, "done");
  for (const name of demonstration.accounts) {
    const address = `${name}@${demonstration.realm}`;
    if (address !== line.aor) line.roster.add(address);
  }
}
