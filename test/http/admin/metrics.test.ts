import { describe, expect, it } from "vitest";
import { epochMs } from "../../../src/base/brand";
import { counterNames, type RealmFigures } from "../../../src/contracts/figures";
import { formatMetrics, label } from "../../../src/http/admin/metrics";

const figures: RealmFigures = {
  at: epochMs(0),
  now: { accounts: 3, online: 2, devices: 4, calls: 1, inCall: 2, disabled: 0 },
  minutes: [],
  totals: { messages: 7, failedCalls: 1 },
  since: epochMs(0),
};

describe("the text format of Prometheus 0.0.4", () => {
  const text = formatMetrics(
    [
      { realm: "example.com", figures },
      { realm: "example.org", figures: { ...figures, totals: {} } },
    ],
    true,
  );

  it("says of each metric once what it is, then its samples, one a line", () => {
    expect(text).toContain(
      "# HELP durasip_messages_total MESSAGEs of users answered 2xx\n" +
        "# TYPE durasip_messages_total counter\n" +
        'durasip_messages_total{realm="example.com"} 7\n' +
        'durasip_messages_total{realm="example.org"} 0\n',
    );
    expect(text).toContain('# TYPE durasip_in_call gauge\ndurasip_in_call{realm="example.com"} 2\n');
    expect(text).toContain('durasip_failed_calls_total{realm="example.com"} 1\n');
    expect(text.match(/^# TYPE /gm)?.length).toBe(counterNames.length + 6);
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(
        /^(?:# HELP [a-z_]+ \S.*|# TYPE [a-z_]+ (?:counter|gauge)|[a-z_]+\{realm="[^"\n]*"\} \d+)$/,
      );
    }
    expect(text.endsWith("\n")).toBe(true);
  });

  it("escapes a label's backslash, quote and line feed", () => {
    expect(label('a\\b"c\nd')).toBe('a\\\\b\\"c\\nd');
  });

  it("has where homes tell nothing what the list knows by itself", () => {
    const told = formatMetrics([{ realm: "example.com", figures }], false);
    expect(told.match(/^# TYPE (\S+)/gm)).toEqual(["# TYPE durasip_accounts", "# TYPE durasip_disabled"]);
  });
});
