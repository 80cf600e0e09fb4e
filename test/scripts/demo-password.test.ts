import { describe, expect, it } from "vitest";
import { demoPasswordPlaces } from "../../scripts/demo-password";

const nothing = { files: [], environment: {}, argv: [] };

describe("the demonstration's password before a deployment", () => {
  it("is not found in a clean project", () => {
    const toml = "# DEMO_PASSWORD belongs to no deployment\n[vars]\nREALMS = 'example.com'\n";
    const files = [{ name: "wrangler.toml", text: toml }];
    expect(demoPasswordPlaces({ files, environment: { PATH: "/bin" }, argv: ["--dry-run"] })).toEqual([]);
  });

  it("is found in [vars], also in an inline table", () => {
    for (const text of ['[vars]\nDEMO_PASSWORD = "demo"', 'vars = { "DEMO_PASSWORD" = "demo" }']) {
      expect(demoPasswordPlaces({ ...nothing, files: [{ name: "wrangler.toml", text }] })).toEqual([
        "wrangler.toml",
      ]);
    }
  });

  it("is found in a settings file, the environment and the arguments", () => {
    expect(
      demoPasswordPlaces({
        files: [{ name: ".dev.vars", text: "ADMIN_TOKEN=x\nDEMO_PASSWORD=demo\n" }],
        environment: { DEMO_PASSWORD: "" },
        argv: ["--var", "DEMO_PASSWORD:demo"],
      }),
    ).toEqual([".dev.vars", "the environment", "the command line"]);
  });
});
