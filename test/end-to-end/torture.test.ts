// The torture messages of RFC 4475 and RFC 5118, as they are, over a WebSocket to a real home: what comes back on
// the wire from a socket that has not logged in, and from one that speaks for the user the message's From names.
//
// The literal tables say both. Each outcome is one the index beside the messages lists for a proxy or a registrar,
// the challenge that comes before it, or has its reason here.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readJson, readOctets } from "../conformance/read";
import { type Gateway, startGateway } from "../support/gateway";
import { Phone } from "../support/phone";
import { WebSocketLine } from "../support/web-socket-line";

type Outcome = number | "drop";
type Row = readonly [as: string, stranger: Outcome, user: Outcome, why?: string];
type Table = Readonly<Record<string, Row>>;

const manyVias =
  "RFC 3261 §8.1.1.7: the client at the other end of a WebSocket is the request's first hop and puts one Via in";
const notOurs =
  "RFC 3261 §10.3 step 1, §16.3: the Request-URI is no domain of ours, and this gateway relays to no other";

const rfc4475: Table = {
  wsinv: ["jdrosen@example.com", 400, 400, manyVias],
  intmeth: ["mundane@example.com", 407, 404],
  esc01: ["i%20have%20spaces@example.net", 407, 404],
  escnull: ["null-%00-null@example.com", 401, 200],
  esc02: ["resource@example.com", 407, 404],
  lwsdisp: ["caller@example.com", 407, 480],
  longreq: [`${"amazinglylongcallername".repeat(5)}@example.net`, 400, 400, manyVias],
  dblreq: ["j.user@example.com", 400, 400],
  semiuri: ["caller@example.org", 407, 404],
  transports: ["caller@example.com", 400, 400, manyVias],
  mpart01: ["fluffy@example.com", 407, 404],
  unreason: ["user@example.com", "drop", "drop"],
  noreason: ["user@example.com", "drop", "drop"],
  badinv01: ["caller@example.net", 400, 400],
  clerr: ["caller@example.net", 400, 400],
  ncl: ["caller@example.net", 400, 400],
  scalar02: ["user@example.com", 400, 400],
  scalarlg: ["other@example.net", "drop", "drop"],
  quotbal: ["caller@example.net", 400, 400],
  ltgtruri: ["caller@example.net", 400, 400],
  lwsruri: ["caller@example.net", 400, 400],
  lwsstart: ["caller@example.net", 400, 400],
  trws: ["local-resource@example.com", 400, 400],
  escruri: ["caller@example.net", 400, 400],
  baddate: ["caller@example.net", 407, 480],
  regbadct: ["user@example.com", 400, 400],
  badaspec: ["a.g.bell@example.com", 400, 400],
  baddn: ["alice@localhost", 400, 400],
  badvers: ["a.g.bell@example.com", 505, 505],
  mismatch01: ["caller@example.net", 400, 400],
  mismatch02: ["caller@example.net", 400, 400],
  bigcode: ["alice@localhost", "drop", "drop"],
  badbranch: ["caller@example.org", 400, 400],
  insuf: ["alice@localhost", 400, 400],
  unkscm: ["caller@example.net", 416, 416],
  novelsc: ["caller@example.net", 416, 416],
  unksm2: ["alice@localhost", 401, 400],
  bext01: ["caller@example.net", 407, 420],
  invut: ["caller@example.net", 407, 480],
  regaut01: ["j.user@example.com", 401, 200],
  multi01: ["caller@example.com", 400, 400],
  mcl01: ["other@example.net", 400, 400],
  bcast: ["user@example.com", "drop", "drop"],
  zeromf: ["caller@example.net", 407, 483],
  cparam01: ["watson@example.com", 401, 200],
  cparam02: ["watson@example.com", 401, 200],
  regescrt: ["user@example.com", 401, 200],
  sdp01: ["caller@example.net", 407, 480],
  inv2543: ["alice@localhost", 400, 400],
};

const rfc5118: Table = {
  "ipv6-good": ["user@example.com", 401, 404, notOurs],
  "ipv6-bad": ["user@example.com", 400, 400],
  "port-ambiguous": ["user@example.com", 401, 404, notOurs],
  "port-unambiguous": ["user@example.com", 401, 404, notOurs],
  "via-received-param-with-delim": ["user@example.com", 407, 481],
  "via-received-param-no-delim": ["user@example.com", 407, 404, notOurs],
  "ipv6-in-sdp": ["user@example.com", 407, 404],
  "mult-ip-in-header": ["user@example.com", 400, 400, manyVias],
  "mult-ip-in-sdp": ["user@example.com", 407, 404],
  "ipv4-mapped-ipv6": ["alice@localhost", 400, 400, manyVias],
  "ipv6-bug-abnf-3-colons": ["user@example.com", 400, 400],
  "ipv6-correct-abnf-2-colons": ["user@example.com", 407, 404],
};

interface IndexEntry {
  readonly name: string;
  readonly file: string;
  readonly ws_proxy: readonly Outcome[] | string;
  readonly ws_registrar: readonly Outcome[] | string;
}

const messagesOf = (folder: string): readonly IndexEntry[] =>
  (readJson(`./${folder}/index.json`) as { messages: readonly IndexEntry[] }).messages;

let gateway: Gateway;
let bystander: Phone;

/** A phone of the demonstration; with `isUser` it has registered. */
async function dial(aor: string, isUser: boolean): Promise<Phone> {
  const line = await WebSocketLine.open(`${gateway.socketUrl}/?aor=${encodeURIComponent(aor)}`);
  const phone = new Phone(line, { aor, password: "demo" });
  if (isUser) expect((await phone.register()).status).toBe(200);
  return phone;
}

/** RFC 3261 §10.2.2: with all it registered, also by the message; a binding left behind would be waited for in calls. */
async function leave(phone: Phone): Promise<void> {
  expect((await phone.unregister()).status).toBe(200);
  phone.hangUp();
  await phone.closed();
}

beforeAll(async () => {
  const realms = "localhost,example.com,example.net,example.org";
  gateway = await startGateway({ demo: true, vars: { REALMS: realms } });
  // Whom most of the messages are for is known here, and away.
  await leave(await dial("user@example.com", true));
  bystander = await dial("bob@example.com", true);
});

afterAll(async () => {
  expect(bystander.unread()).toEqual([]);
  bystander.hangUp();
  await gateway.stop();
});

/** RFC 7118 §5: text where it is UTF-8, binary where it is not. */
function frameOf(octets: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    return octets;
  }
}

const status = (data: string | Uint8Array): number => {
  const text = typeof data === "string" ? data : new TextDecoder().decode(data);
  return Number(/^SIP\/2\.0 (\d{3}) /.exec(text)?.[1]);
};

/** What comes back; the registration that is asked for behind it must work as before, and nothing else come. */
async function outcomeOf(phone: Phone, frame: string | Uint8Array, expected: Outcome): Promise<Outcome> {
  phone.send(frame);
  const answered = expected === "drop" ? undefined : await phone.anything();
  await phone.attempt("REGISTER");
  const [late, ...more] = phone.unread().map((heard) => (heard.kind === "message" ? heard.data : heard.kind));
  expect(more).toEqual([]);
  if (answered === undefined) return late === undefined ? "drop" : status(late);
  expect(late).toBeUndefined();
  return status(answered);
}

describe.each([
  ["rfc4475", rfc4475],
  ["rfc5118", rfc5118],
] as const)("%s", (folder, table) => {
  const messages = messagesOf(folder);

  it("has a row for every message", () => {
    expect(Object.keys(table).sort()).toEqual(messages.map(({ name }) => name).sort());
  });

  it.each(messages)("$name", async ({ name, file, ws_proxy, ws_registrar }) => {
    const [as, toStranger, toUser, why] = table[name] as Row;
    const frame = frameOf(readOctets(`./${folder}/${file}`));

    const stranger = await dial(as, false);
    expect(await outcomeOf(stranger, frame, toStranger)).toBe(toStranger);
    expect((await stranger.attempt("REGISTER")).status).toBe(401);
    stranger.hangUp();
    await stranger.closed();

    const user = await dial(as, true);
    expect(await outcomeOf(user, frame, toUser)).toBe(toUser);
    expect((await user.register()).status).toBe(200);
    await leave(user);

    const listed = [ws_proxy, ws_registrar].flatMap((list) => (typeof list === "string" ? [] : list));
    if (why === undefined) {
      expect(listed).toContain(toUser);
      expect([...listed, 401, 407]).toContain(toStranger);
    } else expect(listed).not.toContain(toUser);
  });
});
