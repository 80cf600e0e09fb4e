import { describe, expect, it } from "vitest";
import { parseServeArguments, UsageError } from "../../scripts/serve/arguments";

const refused = (...argv: string[]): string => {
  try {
    parseServeArguments(argv);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "nothing was refused";
};

describe("the command line of npm run serve", () => {
  it("takes a port and a folder, and sets nothing by itself", () => {
    expect(parseServeArguments(["--port", "8080", "--state", "/var/lib/durasip"])).toEqual({
      port: 8080,
      stateDirectory: "/var/lib/durasip",
      variables: {},
    });
  });

  it("never has the demonstration's password unless --demo asks for it", () => {
    const base = ["--port", "0", "--state", "s"];
    expect(parseServeArguments(base).variables).not.toHaveProperty("DEMO_PASSWORD");
    expect(parseServeArguments([...base, "--demo"]).variables).toEqual({
      DEMO_PASSWORD: "demo",
      REALMS: "localhost,example.test",
      RECORD_FAILED_CALLS: "on",
      DIGEST_ALGORITHMS: "MD5",
      REQUEST_RATE: "100000",
      REQUEST_BURST: "100000",
    });
  });

  it("lets --var win over --demo, wherever it stands", () => {
    const { variables } = parseServeArguments([
      ...["--var", "REALMS=sip.example", "--port", "0", "--state", "s"],
      ...["--demo", "--var", "ADMIN_TOKEN=a=b\nc", "--var", "EMPTY="],
    ]);
    expect(variables).toEqual({
      DEMO_PASSWORD: "demo",
      REALMS: "sip.example",
      RECORD_FAILED_CALLS: "on",
      DIGEST_ALGORITHMS: "MD5",
      REQUEST_RATE: "100000",
      REQUEST_BURST: "100000",
      ADMIN_TOKEN: "a=b\nc",
      EMPTY: "",
    });
  });

  it("says what is missing or wrong", () => {
    expect(refused("--state", "s")).toBe("--port is missing");
    expect(refused("--port", "8080")).toContain("--state is missing");
    expect(refused("--port", "8080", "--state", "")).toContain("--state is missing");
    for (const port of ["65536", "123456", "0x50", "80.5", "http"]) {
      expect(refused("--port", port, "--state", "s")).toContain(`not "${port}"`);
    }
    for (const pair of ["NAME", "=value", "1ST=x", "A-B=x"]) {
      expect(refused("--port", "1", "--state", "s", "--var", pair)).toContain(`not "${pair}"`);
    }
    expect(refused("--port", "1", "--state", "s", "--var", "REALM=example.com")).toContain(
      "REALM is no setting",
    );
    expect(refused("--port", "1", "--state", "s", "--deom")).toContain("--deom");
    expect(refused("--port", "1", "--state", "s", "extra")).toContain("extra");
  });
});
