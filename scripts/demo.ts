// The variables of the demonstration gateway, shared by `npm start` and `npm run serve -- --demo`.
// With DEMO_PASSWORD any account name of the realms may log in and is created then: no deployment ever sets it
// (scripts/deploy.ts refuses to go on when it finds it).

export const demoPasswordName = "DEMO_PASSWORD";

export const demoVariables: Readonly<Record<string, string>> = {
  [demoPasswordName]: "demo",
  REALMS: "localhost,example.test",
  // The operator's page explains a call that failed without having been told to look.
  RECORD_FAILED_CALLS: "on",
};

/** Accounts that the demonstration's texts name; any other name works as well. */
export const demoAccounts: readonly string[] = ["alice", "bob", "carol"];
