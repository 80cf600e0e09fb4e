import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { configurationOf } from "../../src/env";
import type { Binding } from "../../src/registrar/binding";
import { processRegister } from "../../src/registrar/register";
import { parseText } from "../../src/sip/parser";

const begin = epochMs(1_790_000_000_000);
const configuration = configurationOf({});
if (!configuration.ok) throw new Error(configuration.problem);
const settings = configuration.settings.registration;

interface Said {
  readonly contact: string;
  readonly lines?: readonly string[];
  readonly callId?: string;
  readonly cseq: number;
  readonly pinged?: boolean;
}

function register(
  { contact, lines = [], callId = "c", cseq, pinged = false }: Said,
  bindings: readonly Binding[],
  later = 0,
) {
  const head = ["Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1", "From: <sip:a@b>;tag=1", "To: <sip:a@b>"];
  const rest = [`Call-ID: ${callId}`, `CSeq: ${cseq} REGISTER`, `Contact: ${contact}`, ...lines, "", ""];
  const parsed = parseText(["REGISTER sip:b SIP/2.0", ...head, ...rest].join("\r\n"));
  if (!parsed.ok || parsed.value.kind !== "request") throw new Error("no request");
  const gruus = () => ({ pub: "sip:a@b;gr=1", temp: "sip:tgruu.x@b;gr" });
  const own = { socket: "s1", bindings };
  const input = { request: parsed.value, own, others: [], pinged, settings, gruus };
  return processRegister(input, epochMs(begin + later));
}

function bound(...of: Parameters<typeof register>): Binding {
  const outcome = register(...of);
  const binding = outcome.ok ? outcome.value.changed[0]?.bindings[0] : undefined;
  if (binding === undefined) throw new Error("not bound");
  return binding;
}

const instance = ';+sip.instance="<urn:uuid:1>"';
const contacts = fc
  .tuple(
    fc.constantFrom(
      '"A > B, C" <sip:a@b.invalid;transport=ws>',
      "<sip:a@b.invalid>",
      "sip:a@b.invalid",
      "A <sips:%61@b>",
    ),
    fc.subarray([instance, ";reg-id=1", ";q=0.3", ";+durasip.carbons", ';x="a;b,c>"']),
  )
  .map(([address, parameters]) => address + parameters.join(""));
const spans = fc.constantFrom(
  "",
  ";expires=60",
  ";expires=300",
  ";expires=90000",
  ";EXPIRES=70",
  " ; expires = 80",
);
const lines = fc.subarray(["Supported: outbound, GRUU", "Expires: 200", "Require: outbound"]);

describe("RFC 3261 §10.2.4: a binding is refreshed", () => {
  it("by the words it was bound by, which mean what they would to who reads them for the first time", () => {
    fc.assert(
      fc.property(
        contacts,
        spans,
        spans,
        lines,
        lines,
        fc.boolean(),
        (contact, span, again, first, second, pinged) => {
          const known = bound({ contact: contact + span, lines: first, cseq: 1 }, []);
          const said = { contact: contact + again, lines: second, cseq: 2, pinged };
          const read = bound(said, [], 20_000);
          expect(bound(said, [known], 20_000)).toEqual({ ...read, registeredAt: begin });
          const answers = [[known], []].map((bindings) => register(said, bindings, 20_000));
          expect(answers.map((each) => each.ok && each.value.lines)).toEqual(
            Array(2).fill(answers[1]?.ok && answers[1].value.lines),
          );
        },
      ),
    );
  });

  it.each([
    ["expires=0 ends it", ";expires=0", {}, { ok: true, value: { changed: [{ bindings: [] }] } }],
    ["a time too brief is 423 (§10.3 step 7)", ";expires=10", {}, { ok: false, error: { status: 423 } }],
    ["a time without measure is 400", ";expires=5000000000", {}, { ok: false, error: { status: 400 } }],
    [
      "a second Contact behind it is bound too",
      ";expires=60, <sip:c@d>",
      {},
      { ok: true, value: { changed: [{ bindings: [{}, {}] }] } },
    ],
    [
      "a parameter behind the time is one more",
      ";expires=60;q=0.5",
      {},
      { ok: true, value: { changed: [{ bindings: [{ q: 0.5 }] }] } },
    ],
    ["a CSeq that is not higher is 500", ";expires=60", { cseq: 1 }, { ok: false, error: { status: 500 } }],
    [
      "another Call-ID is kept",
      "",
      { callId: "d" },
      { ok: true, value: { changed: [{ bindings: [{ callId: "d" }] }] } },
    ],
    [
      "a Call-ID without measure is 400",
      "",
      { callId: "d".repeat(300) },
      { ok: false, error: { status: 400 } },
    ],
  ])("%s", (_, behind, rest, outcome) => {
    const contact = `<sip:a@b.invalid>${instance}`;
    const known = bound({ contact, cseq: 1 }, []);
    expect(register({ contact: contact + behind, cseq: 2, ...rest }, [known])).toMatchObject(outcome);
  });
});
