import { expect, test } from "vitest";
import { challengeFields } from "../../src/proxy/challenges";
import type { SipResponse } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";

const refusal = (status: number, ...lines: readonly string[]): SipResponse => {
  const head = [`SIP/2.0 ${status} Unauthorized`, "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1", ...lines];
  const parsed = parseText(`${head.join("\r\n")}\r\n\r\n`);
  if (!parsed.ok || parsed.value.kind !== "response") throw new Error("no response");
  return parsed.value;
};

const digest = (realm: string): string => `Digest realm="${realm}", nonce="n", algorithm=MD5`;

test("RFC 3261 §16.7 step 7: all challenges of all refusals, each on a line of its own", () => {
  const all = challengeFields(
    [
      refusal(401, `WWW-Authenticate: ${digest("one.example")}`),
      refusal(
        407,
        `Proxy-Authenticate: ${digest("two.example")}`,
        `Proxy-Authenticate: ${digest("three.example")}`,
      ),
    ],
    ["example.com"],
  );
  expect(all).toEqual([
    ["WWW-Authenticate", digest("one.example")],
    ["Proxy-Authenticate", digest("two.example")],
    ["Proxy-Authenticate", digest("three.example")],
  ]);
});

test.each([
  ["for a realm of ours, however it is written", digest("Example.COM")],
  ["for a token", 'Bearer authz_server="https://login.example"'],
  ["that does not read", 'Digest realm="unclosed'],
])("one %s is nobody's to pass on", (_, value) => {
  expect(challengeFields([refusal(401, `WWW-Authenticate: ${value}`)], ["example.com"])).toEqual([]);
});
