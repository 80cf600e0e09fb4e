import { describe, expect, it } from "vitest";
import { type EpochMs, epochMs } from "../../src/base/brand";
import { configurationOf } from "../../src/env";
import type { Binding } from "../../src/registrar/binding";
import { isCurrent } from "../../src/registrar/binding";
import { processRegister } from "../../src/registrar/register";
import type { FlowBindings } from "../../src/registrar/register-input";
import { parseText } from "../../src/sip/parser";

const begin = epochMs(1_790_000_000_000);
const configuration = configurationOf({});
if (!configuration.ok) throw new Error(configuration.problem);
const settings = configuration.settings.registration;

interface Registration {
  readonly contacts: readonly string[];
  readonly lines?: readonly string[];
  readonly callId?: string;
  readonly cseq?: number;
  readonly own?: FlowBindings;
  readonly others?: readonly FlowBindings[];
  readonly pinged?: boolean;
  readonly now?: EpochMs;
}

function register({ contacts, lines = [], callId = "c", cseq = 1, ...rest }: Registration) {
  const text = [
    "REGISTER sip:example.com SIP/2.0",
    "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1",
    "From: <sip:alice@example.com>;tag=1",
    "To: <sip:alice@example.com>",
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} REGISTER`,
    ...contacts.map((contact) => `Contact: ${contact}`),
    ...lines,
    "",
    "",
  ].join("\r\n");
  const parsed = parseText(text);
  if (!parsed.ok || parsed.value.kind !== "request") throw new Error("no request");
  const { own = { socket: "s1", bindings: [] }, others = [], pinged = false, now = begin } = rest;
  const gruus = () => ({ pub: "sip:alice@example.com;gr=1", temp: "sip:tgruu.x@example.com;gr" });
  return processRegister({ request: parsed.value, own, others, pinged, settings, gruus }, now);
}

function accepted(registration: Registration) {
  const outcome = register(registration);
  if (!outcome.ok) throw new Error(`${outcome.error.status}`);
  return outcome.value;
}

const bindingsOf = (registration: Registration): readonly Binding[] =>
  accepted(registration).changed[0]?.bindings ?? [];

describe("RFC 3261 §10.3 step 7: Contacts become bindings", () => {
  it("all of one REGISTER are on the socket it came on, whatever host they name", () => {
    const { changed } = accepted({ contacts: ["<sip:a@192.0.2.7:5061>, <sip:b@x.invalid>;q=0.3"] });
    expect(changed).toHaveLength(1);
    expect(changed[0]?.socket).toBe("s1");
    expect(changed[0]?.bindings.map(({ uri, q }) => [uri, q])).toEqual([
      ["sip:a@192.0.2.7:5061", 1],
      ["sip:b@x.invalid", 0.3],
    ]);
  });

  it("the Contact's expires goes before the header's, and the header's before the default", () => {
    const times = (contacts: readonly string[], lines: readonly string[] = []) =>
      bindingsOf({ contacts, lines, pinged: true }).map(({ expiresAt }) => (expiresAt - begin) / 1000);
    expect(times(["<sip:a@b>;expires=100, <sip:c@d>"], ["Expires: 200"])).toEqual([100, 200]);
    expect(times(["<sip:a@b>"])).toEqual([600]);
    expect(times(["<sip:a@b>;expires=99999"])).toEqual([600]);
  });

  it("a socket of the same page elsewhere is superseded, one of another page or device is not", () => {
    const [page] = bindingsOf({ contacts: ['<sip:a@b>;+sip.instance="<urn:x:1>"'] });
    const [tab] = bindingsOf({ contacts: ['<sip:c@d>;+sip.instance="<urn:x:1>"'] });
    const others = [
      { socket: "old", bindings: [page as Binding] },
      { socket: "tab", bindings: [tab as Binding] },
    ];
    const again = { contacts: ['<sip:a@b>;+sip.instance="<urn:x:1>"'], cseq: 2, others };
    expect(accepted(again).superseded).toEqual(["old"]);
    expect(accepted({ ...again, contacts: ["<sip:a@b>"] }).superseded).toEqual([]);
  });

  it.each([
    "sip:%61b@B.example;transport=WS",
    "SIP:ab@b.example;x=1;transport=ws",
    "sip:ab@b.EXAMPLE;transport=ws",
  ])("%s is the binding of an equal URI (§19.1.4), echoed as it is written now", (uri) => {
    const [known] = bindingsOf({ contacts: ["<sip:ab@b.example;transport=ws>"] });
    const bindings = [known as Binding];
    const here = { contacts: [`<${uri}>`], cseq: 2, now: epochMs(begin + 1000) };
    const { changed, lines, superseded } = accepted({ ...here, own: { socket: "s1", bindings } });
    expect(changed[0]?.bindings).toMatchObject([{ uri, registeredAt: begin }]);
    expect([lines, superseded]).toEqual([[["Contact", `<${uri}>;expires=150`]], []]);
    expect(accepted({ ...here, others: [{ socket: "old", bindings }] }).superseded).toEqual(["old"]);
    const ending = { ...here, contacts: [`<${uri}>;expires=0`], own: { socket: "s1", bindings } };
    expect(accepted(ending).changed[0]?.bindings).toEqual([]);
    expect(register({ ...here, cseq: 1, own: { socket: "s1", bindings } })).toMatchObject({
      error: { status: 500 },
    });
  });

  it.each(["sip:AB@b.example;transport=ws", "sips:ab@b.example;transport=ws", "sip:ab@b.example"])(
    "%s is another binding than sip:ab@b.example;transport=ws (§19.1.4)",
    (uri) => {
      const bindings = bindingsOf({ contacts: ["<sip:ab@b.example;transport=ws>"] });
      const own = { socket: "s1", bindings };
      expect(bindingsOf({ contacts: [`<${uri}>`], cseq: 2, own })).toHaveLength(2);
    },
  );

  it("of two equal Contacts in one REGISTER the later counts", () => {
    const uris = bindingsOf({ contacts: ["<sip:ab@b>, <sip:%61b@b>"] }).map(({ uri }) => uri);
    expect(uris).toEqual(["sip:%61b@b"]);
  });

  it("an instance-id or Contact without measure is 400", () => {
    expect(register({ contacts: [`<sip:a@b>;+sip.instance="<${"x".repeat(300)}>"`] })).toMatchObject({
      ok: false,
      error: { status: 400 },
    });
    expect(register({ contacts: [`<sip:${"x".repeat(600)}@b>`] })).toMatchObject({ error: { status: 400 } });
  });

  it("a reg-id counts only beside an instance-id, and only as a number (RFC 5626 §6)", () => {
    const regId = (parameters: string) => bindingsOf({ contacts: [`<sip:a@b>${parameters}`] })[0]?.regId;
    expect(regId(";reg-id=1")).toBeUndefined();
    expect(regId(';reg-id=2;+sip.instance="<urn:x:1>"')).toBe(2);
    expect(regId(';reg-id=0;+sip.instance="<urn:x:1>"')).toBeUndefined();
    expect(regId(';reg-id=1e3;+sip.instance="<urn:x:1>"')).toBeUndefined();
  });
});

describe("RFC 3261 §10.3 step 7: order", () => {
  const [known] = bindingsOf({ contacts: ["<sip:a@b>"], callId: "c", cseq: 5 });
  const own = { socket: "s1", bindings: [known as Binding] };

  it.each([
    ["c", 4, 500],
    ["c", 5, 500],
    ["c", 6, 200],
    ["d", 1, 200],
  ])("Call-ID %s with CSeq %i after c with 5 is %i", (callId, cseq, status) => {
    for (const contacts of [["<sip:a@b>;expires=0"], ["<sip:a@b>"]]) {
      const outcome = register({ contacts, callId, cseq, own });
      expect(outcome.ok ? 200 : outcome.error.status).toBe(status);
    }
    const all = register({ contacts: ["*"], lines: ["Expires: 0"], callId, cseq, own });
    expect(all.ok ? 200 : all.error.status).toBe(status);
  });
});

describe("design: a binding is given five seconds beyond its expiry", () => {
  it("for SIP.js refreshes at 99 % of it", () => {
    const [binding] = bindingsOf({ contacts: ["<sip:a@b>;expires=60"] });
    const at = (seconds: number) => isCurrent(binding as Binding, epochMs(begin + seconds * 1000));
    expect([at(59), at(64.999), at(65)]).toEqual([true, true, false]);
  });
});
