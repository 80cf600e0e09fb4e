// What is too much of one thing: answered as it should be, on plain workerd, while others go on; what it costs is in
// docs/fuzzing.md, and that it grows with the length alone in test/sip/linear-time.test.ts.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Gateway, startGateway } from "../support/gateway";
import { Phone } from "../support/phone";
import { residentOctets } from "../support/process-cost";
import { WebSocketLine } from "../support/web-socket-line";

const adminToken = "an-admin-token-for-sizes";
let gateway: Gateway;
let residentBefore: number;

beforeAll(async () => {
  gateway = await startGateway({ demo: true, vars: { ADMIN_TOKEN: adminToken } });
  residentBefore = residentOctets(gateway);
});

afterAll(async () => {
  await gateway.stop();
  const failures = gateway.log().split("\n");
  expect(failures.filter((line) => /home failed|request failed/.test(line))).toEqual([]);
});

const online = async (aor: string): Promise<Phone> => {
  const phone = new Phone(await WebSocketLine.open(`${gateway.socketUrl}/?aor=${aor}`), {
    aor,
    password: "demo",
  });
  expect((await phone.register()).status).toBe(200);
  return phone;
};

const request = (
  phone: Phone,
  method: string,
  lines: readonly string[],
  body = "",
  uri = "sip:localhost",
): string => phone.format(method, { uri, lines, body }).text;

const many = (count: number, text: string): string => text.repeat(count);
const via = "SIP/2.0/WS a.invalid;branch=z9hG4bK1";

/** Parts within parts, each with a boundary of its own. */
const nested = (depth: number): string =>
  many(depth, "--b\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n") + many(depth, "--b--\r\n");

const presence = (inner: string): string =>
  `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:a@localhost">${inner}</presence>`;
const numbered = (count: number, name: string): string =>
  Array.from({ length: count }, (_, at) => `${name}${at}="u"`).join(" ");

const list = ["Event: presence", "Require: recipient-list-subscribe", "Supported: eventlist"];
const xml = ["Event: presence", "Content-Type: application/pidf+xml"];

type Frame = (phone: Phone) => string;
/** What is answered; 0 where the socket is closed at once. */
const shapes: readonly (readonly [what: string, status: number, frame: Frame])[] = [
  ["a header field of 1 MB", 513, (phone) => request(phone, "OPTIONS", [`X-Long: ${many(1_000_000, "x")}`])],
  ["a header field of 60 KB", 200, (phone) => request(phone, "OPTIONS", [`X-Long: ${many(60_000, "x")}`])],
  ["10,000 header fields", 0, (phone) => request(phone, "OPTIONS", [many(10_000, "a: bcdef\r\n").trimEnd()])],
  ["4,000 header fields", 400, (phone) => request(phone, "OPTIONS", [many(4_000, "a: bcdef\r\n").trimEnd()])],
  ["10,000 Vias", 0, (phone) => request(phone, "OPTIONS", [many(10_000, `Via: ${via}\r\n`).trimEnd()])],
  ["1,400 Vias", 400, (phone) => request(phone, "OPTIONS", [many(1_400, `Via: ${via}\r\n`).trimEnd()])],
  [
    "10,000 Vias in one line",
    513,
    (phone) => request(phone, "OPTIONS", [`Via: ${many(10_000, `${via},`)}${via}`]),
  ],
  [
    "1,500 Vias in one line",
    400,
    (phone) => request(phone, "OPTIONS", [`Via: ${many(1_500, `${via},`)}${via}`]),
  ],
  [
    "a URI of 1 MB",
    513,
    (phone) => request(phone, "OPTIONS", [], "", `sip:${many(1_000_000, "a")}@localhost`),
  ],
  ["a URI of 30 KB", 414, (phone) => request(phone, "OPTIONS", [], "", `sip:${many(30_000, "a")}@localhost`)],
  [
    "a URI of 7,000 parameters",
    414,
    (phone) => request(phone, "OPTIONS", [], "", `sip:localhost${many(7_000, ";a=b")}`),
  ],
  [
    "10,000 parameters in one field",
    400,
    (phone) => request(phone, "OPTIONS", [`Contact: <sip:a@b.invalid>${many(10_000, ";a=b")}`]),
  ],
  [
    "a quoted string of 60 KB",
    200,
    (phone) => request(phone, "OPTIONS", [`Contact: "${many(60_000, "x")}" <sip:a@b.invalid>`]),
  ],
  [
    "a quoted string of 60 KB that does not end",
    400,
    (phone) => request(phone, "OPTIONS", [`Contact: "${many(60_000, "x")} <sip:a@b.invalid>`]),
  ],
  ["10,000 commas", 400, (phone) => request(phone, "OPTIONS", [`Contact: ${many(10_000, ",")}`])],
  ["20,000 folds", 200, (phone) => request(phone, "OPTIONS", [`Subject:${many(20_000, "\r\n ")}x`])],
  [
    "10,000 parts",
    400,
    (phone) =>
      request(
        phone,
        "SUBSCRIBE",
        [...list, `Contact: <${phone.contact}>`, "Content-Type: multipart/mixed;boundary=b"],
        `${many(9_000, "--b\r\n")}--b--`,
      ),
  ],
  [
    "15,000 elements side by side",
    413,
    (phone) => request(phone, "PUBLISH", xml, presence(many(15_000, "<a/>")), `sip:${phone.aor}`),
  ],
  [
    "100,000 elements side by side",
    513,
    (phone) => request(phone, "PUBLISH", xml, presence(many(100_000, "<a/>")), `sip:${phone.aor}`),
  ],
  [
    "2,500 namespaces",
    200,
    (phone) =>
      request(phone, "PUBLISH", xml, presence(`<a ${numbered(2_500, "xmlns:a")}/>`), `sip:${phone.aor}`),
  ],
  [
    "5,000 attributes",
    400,
    (phone) => request(phone, "PUBLISH", xml, presence(`<a ${numbered(5_000, "a")}/>`), `sip:${phone.aor}`),
  ],
  [
    "parts within parts, 700 deep",
    400,
    (phone) =>
      request(phone, "SUBSCRIBE", [...list, "Content-Type: multipart/mixed;boundary=b"], nested(700)),
  ],
  [
    "elements within elements, 6,000 deep",
    400,
    (phone) => request(phone, "PUBLISH", xml, many(6_000, "<a>"), `sip:${phone.aor}`),
  ],
];

describe("by SIP", () => {
  it.each(shapes)("%s is answered %i, and harms nobody", async (what, status, frame) => {
    const aor = `sizes-${what.replace(/\W+/g, "-")}@localhost`;
    const [phone, other] = [await online(aor), await online(aor)];
    const text = frame(phone);
    phone.send(text);
    if (status === 0) expect((await phone.closed()).code).toBe(1009);
    else {
      const [, callId = ""] = /\r\nCall-ID: (.*)\r\n/.exec(text) ?? [];
      const [, cseq = ""] = /\r\nCSeq: (.*)\r\n/.exec(text) ?? [];
      expect((await phone.responseTo(callId, cseq)).status).toBe(status);
      expect((await phone.register()).status).toBe(200);
      phone.hangUp();
    }
    expect((await other.register()).status).toBe(200);
    other.hangUp();
  });
});

describe("over HTTP", () => {
  const ask = async (path: string, init: RequestInit = {}): Promise<number> => {
    const headers = { Authorization: `Bearer ${adminToken}`, "Content-Type": "application/json" };
    const response = await fetch(`${gateway.url}${path}`, { headers, ...init });
    await response.arrayBuffer();
    return response.status;
  };
  /** The answer comes before the body is sent, and the connection ends with it: whoever still writes may not hear it. */
  const toTheEnd = async (send: () => Promise<number>): Promise<number> => {
    for (let tries = 1; ; tries++) {
      try {
        return await send();
      } catch (thrown) {
        const { code } = ((thrown as Error).cause ?? {}) as { readonly code?: string };
        if (tries === 20 || (code !== "EPIPE" && code !== "ECONNRESET")) throw thrown;
      }
    }
  };
  const post = (body: string): Promise<number> => ask("/v1/accounts", { method: "POST", body });

  it.each([
    ["a body of 10 MB", 413, () => toTheEnd(() => post(many(10_000_000, "x")))],
    ["a body of 60 KB of brackets", 400, () => post(many(60_000, "["))],
    ["objects within objects, 10,000 deep", 400, () => post(`${many(10_000, '{"a":')}1${many(10_000, "}")}`)],
    [
      "an array of 30,000 aliases",
      400,
      () => post(`{"aor":"a@localhost","aliases":[${many(30_000, "0,")}0]}`),
    ],
    ["an object of 8,000 members, all of one name", 400, () => post(`{${many(8_000, '"aor":1,')}"aor":2}`)],
    ["a number of 60,000 digits", 400, () => post(`{"aor":${many(60_000, "9")}}`)],
    ["a path of 16 KB", 400, () => ask(`/v1/accounts/${many(16_000, "a")}`)],
    [
      "an XCAP document of 1 MB",
      413,
      () =>
        ask("/xcap/resource-lists/users/sip:a@localhost/index", {
          method: "PUT",
          body: many(1_000_000, "<a>"),
        }),
    ],
    [
      "an XCAP selector of 8,000 steps",
      401,
      () => ask(`/xcap/resource-lists/users/sip:a@localhost/index/~~/${many(4_000, "a/")}a`),
    ],
  ] as const)("%s is %i", async (_what, status, send) => {
    expect(await send()).toBe(status);
    expect(await ask("/v1/health")).toBe(200);
  });
});

it("all of it leaves the process no larger than a few of the largest frames", () => {
  expect(residentOctets(gateway) - residentBefore).toBeLessThan(400_000_000);
});
