import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { demoAdminToken } from "../../scripts/demo-admin-token";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "durasip-token-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const filesIn = (args: readonly string[]): readonly string[] =>
  args.filter((argument) => argument !== "--env-file");

describe("the admin token of npm start", () => {
  it("is another one at each start, long enough, in a file that its owner alone may read, and not in an argument", () => {
    const [one, other] = [demoAdminToken(directory), demoAdminToken(directory)];
    expect(one.madeUp?.length).toBeGreaterThanOrEqual(16);
    expect(one.madeUp).not.toBe(other.madeUp);
    expect(one.args.join(" ")).not.toContain(one.madeUp);
    const [file = ""] = filesIn(one.args);
    expect(readFileSync(file, "utf8")).toBe(`ADMIN_TOKEN=${one.madeUp}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    one.remove();
    other.remove();
    expect(() => readFileSync(file)).toThrow();
  });

  it("is the one that the settings of wrangler name, and then not printed", () => {
    writeFileSync(join(directory, ".dev.vars"), 'ADMIN_TOKEN="mine, and long enough"\n');
    expect(demoAdminToken(directory)).toMatchObject({ madeUp: undefined, args: [] });
  });

  it("leaves the other settings of those files as they are", () => {
    writeFileSync(join(directory, ".env"), "MAX_DEVICES=3\n");
    const token = demoAdminToken(directory);
    expect(filesIn(token.args)[0]).toBe(join(directory, ".env"));
    expect(filesIn(token.args)).toHaveLength(2);
    token.remove();
  });
});
