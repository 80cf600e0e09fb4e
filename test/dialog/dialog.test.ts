import { describe, expect, it } from "vitest";
import type { Result } from "../../src/base/result";
import {
  confirmDialog,
  type Dialog,
  type DialogRequest,
  type DialogResponse,
  dialogFromRequest,
  dialogFromResponse,
} from "../../src/dialog/dialog";
import {
  ackWithin,
  largestCSeq,
  receiveWithin,
  requestWithin,
  responseWithin,
} from "../../src/dialog/within-dialog";

const value = <Value>(result: Result<Value, unknown>): Value => {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
  return result.value;
};

const invite: DialogRequest = {
  requestUri: "sip:bob@example.com",
  from: '"Alice" <sip:alice@example.com>;tag=a73kszlfl',
  to: "Bob <sip:bob@example.com>",
  callId: "1j9FpLxk3uxtm8tn@client.invalid",
  cseq: 314159,
  contact: ["<sip:hp37dbtv@df7jal23ls0d.invalid;transport=ws>"],
  recordRoute: ["<sip:p2.example.com;lr>, <sip:p1.example.com;lr>"],
  overTls: true,
};
const accepted: DialogResponse = {
  status: 200,
  to: "Bob <sip:bob@example.com>;tag=bmqkjhsd",
  contact: ["<sip:bob@203.0.113.22:5060;transport=tcp>"],
  recordRoute: ["<sip:p2.example.com;lr>", "<sip:p1.example.com;lr>"],
};
const uas = value(dialogFromRequest(invite, "bmqkjhsd"));
const uac = value(dialogFromResponse(invite, accepted));

describe("RFC 3261 §12.1.1: the dialog of a UAS", () => {
  it("takes route set and remote target from the request, in order, and has sent nothing yet", () => {
    expect(uas).toEqual<Dialog>({
      id: { callId: "1j9FpLxk3uxtm8tn@client.invalid", localTag: "bmqkjhsd", remoteTag: "a73kszlfl" },
      phase: "confirmed",
      remoteCSeq: 314159,
      localUri: "sip:bob@example.com",
      remoteUri: "sip:alice@example.com",
      remoteTarget: "sip:hp37dbtv@df7jal23ls0d.invalid;transport=ws",
      routeSet: ["<sip:p2.example.com;lr>", "<sip:p1.example.com;lr>"],
      secure: false,
    });
  });

  it("a From without a tag is a null tag", () => {
    const old = { ...invite, from: "<sip:alice@example.com>" };
    expect(value(dialogFromRequest(old, "b")).id.remoteTag).toBeUndefined();
  });

  it("is secure for a sips Request-URI over TLS only", () => {
    const sips = { ...invite, requestUri: "sips:bob@example.com" };
    expect(value(dialogFromRequest(sips, "b")).secure).toBe(true);
    expect(value(dialogFromRequest({ ...sips, overTls: false }, "b")).secure).toBe(false);
  });

  it.each([
    ["no Contact", { contact: [] }],
    ["two Contacts", { contact: ["<sip:a@x>, <sip:b@x>"] }],
    ["Contact: *", { contact: ["*"] }],
    ["a Contact that is no sip URI", { contact: ["<tel:+123>"] }],
    ["a malformed Contact", { contact: ["<sip:"] }],
    ["a malformed Record-Route", { recordRoute: ["sip:p1;lr"] }],
    ["a malformed From", { from: "<<" }],
    ["a malformed To", { to: "" }],
  ])("%s is a 400", (_what, change) => {
    expect(dialogFromRequest({ ...invite, ...change }, "b")).toMatchObject({
      ok: false,
      error: { status: 400 },
    });
  });
});

describe("RFC 3261 §12.1.2: the dialog of a UAC", () => {
  it("takes route set and remote target from the response, the route set reversed", () => {
    expect(uac).toEqual<Dialog>({
      id: { callId: "1j9FpLxk3uxtm8tn@client.invalid", localTag: "a73kszlfl", remoteTag: "bmqkjhsd" },
      phase: "confirmed",
      localCSeq: 314159,
      localUri: "sip:alice@example.com",
      remoteUri: "sip:bob@example.com",
      remoteTarget: "sip:bob@203.0.113.22:5060;transport=tcp",
      routeSet: ["<sip:p1.example.com;lr>", "<sip:p2.example.com;lr>"],
      secure: false,
    });
  });

  it("names the same dialog as the other side, with the tags exchanged", () => {
    expect(uac.id).toEqual({ callId: uas.id.callId, localTag: uas.id.remoteTag, remoteTag: uas.id.localTag });
  });

  it("is early after a provisional response, and a To without a tag is a null tag", () => {
    const ringing = value(dialogFromResponse(invite, { ...accepted, status: 180 }));
    expect(ringing.phase).toBe("early");
    const old = value(dialogFromResponse(invite, { ...accepted, to: "<sip:bob@example.com>" }));
    expect(old.id.remoteTag).toBeUndefined();
  });

  it("a response without a usable Contact makes none", () => {
    expect(dialogFromResponse(invite, { ...accepted, contact: [] })).toMatchObject({ ok: false });
    expect(dialogFromResponse(invite, { ...accepted, recordRoute: ["<"] })).toMatchObject({ ok: false });
    expect(dialogFromResponse(invite, { ...accepted, to: "<" })).toMatchObject({ ok: false });
  });
});

describe("RFC 3261 §13.2.2.4", () => {
  it("the 2xx computes the route set anew and leaves the sequence numbers", () => {
    const early = value(dialogFromResponse(invite, { ...accepted, status: 180, recordRoute: [] }));
    const moved = { ...early, localCSeq: 314160, remoteCSeq: 5 };
    const confirmed = value(confirmDialog(moved, accepted));
    expect(confirmed).toEqual({ ...uac, localCSeq: 314160, remoteCSeq: 5 });
    expect(confirmDialog(moved, { ...accepted, recordRoute: ["<"] })).toMatchObject({ ok: false });
  });
});

describe("RFC 3261 §12.2.1.1", () => {
  const within = (dialog: Dialog, method = "BYE", cseq?: number) => {
    const step = requestWithin(dialog, method, cseq);
    if (step === undefined) throw new Error("no sequence number left");
    return step;
  };

  it("forms a request from the dialog, to the remote target through loose routers", () => {
    const { dialog, request } = within(uac);
    expect(request).toEqual({
      method: "BYE",
      requestUri: "sip:bob@203.0.113.22:5060;transport=tcp",
      cseq: 314160,
      lines: [
        ["Route", "<sip:p1.example.com;lr>"],
        ["Route", "<sip:p2.example.com;lr>"],
        ["From", "<sip:alice@example.com>;tag=a73kszlfl"],
        ["To", "<sip:bob@example.com>;tag=bmqkjhsd"],
        ["Call-ID", "1j9FpLxk3uxtm8tn@client.invalid"],
        ["CSeq", "314160 BYE"],
      ],
    });
    expect(dialog).toEqual({ ...uac, localCSeq: 314160 });
  });

  it("omits the tag that is null, and adds no Route for an empty route set", () => {
    const old = { ...uac, id: { ...uac.id, remoteTag: undefined }, routeSet: [] };
    const { lines } = within(old).request;
    expect(lines.map(([name]) => name)).toEqual(["From", "To", "Call-ID", "CSeq"]);
    expect(lines[1]).toEqual(["To", "<sip:bob@example.com>"]);
  });

  it("the RFC's example of a strict router", () => {
    const routeSet = ["<sip:proxy1>", "<sip:proxy2>", "<sip:proxy3;lr>", "<sip:proxy4>"];
    const { request } = within({ ...uac, routeSet, remoteTarget: "sip:user@remoteua" });
    expect(request.requestUri).toBe("sip:proxy1");
    expect(request.lines.filter(([name]) => name === "Route").map(([, route]) => route)).toEqual([
      "<sip:proxy2>",
      "<sip:proxy3;lr>",
      "<sip:proxy4>",
      "<sip:user@remoteua>",
    ]);
  });

  it("takes a router for loose by its lr parameter alone, whatever else is like one", () => {
    const isLoose = (route: string) =>
      within({ ...uac, routeSet: [route] }).request.requestUri === uac.remoteTarget;
    for (const route of [
      "<sip:t@p1;lr>",
      "<sips:t@p1;transport=ws;lr>",
      "<sip:t@p1;lr;ob>",
      "<sip:t@p1;LR=on>",
    ])
      expect([route, isLoose(route)]).toEqual([route, true]);
    for (const route of ["<sip:t@p1;x=lr>", "<sip:lr@p1>", "<sip:t@p1;lrx>", "<sip:t@p1>;lr"])
      expect([route, isLoose(route)]).toEqual([route, false]);
  });

  it("strips from a strict router what no Request-URI may have (§19.1.1 Table 1)", () => {
    const strict = (uri: string) => within({ ...uac, routeSet: [`<${uri}>`] }).request.requestUri;
    expect(strict("sip:p1;method=INVITE;transport=ws?Subject=x")).toBe("sip:p1;transport=ws");
    expect(strict("sip:p1;transport=ws;ob")).toBe("sip:p1;transport=ws;ob");
  });

  it("strips the same from the target, which was a Contact and may have had headers", () => {
    const target = (remoteTarget: string) => within({ ...uac, remoteTarget }).request.requestUri;
    expect(target("sip:user@example.com?Route=%3Csip:sip.example.com%3E")).toBe("sip:user@example.com");
    expect(target("sip:user@example.com;ob")).toBe("sip:user@example.com;ob");
  });

  it("counts from one where nothing was sent, and onwards by one", () => {
    const first = within(uas, "INVITE");
    expect(first.request.cseq).toBe(1);
    expect(within(first.dialog, "INVITE").request.cseq).toBe(2);
  });

  it("takes a number of the caller's own that is higher, and no other", () => {
    expect(within(uas, "NOTIFY", 4711).dialog.localCSeq).toBe(4711);
    expect(() => requestWithin(uac, "NOTIFY", 314159)).toThrow(/rise/);
  });

  it("§8.1.1.5: has no number of 2^31 or more", () => {
    expect(requestWithin({ ...uac, localCSeq: largestCSeq - 1 }, "BYE")?.request.cseq).toBe(2147483647);
    expect(requestWithin({ ...uac, localCSeq: largestCSeq }, "BYE")).toBeUndefined();
    expect(requestWithin(uac, "BYE", largestCSeq + 1)).toBeUndefined();
  });

  it("§13.2.2.4: the ACK of a 2xx has the INVITE's number and moves none", () => {
    const moved = { ...uac, localCSeq: 314165 };
    const ack = ackWithin(moved, 314159);
    expect(ack.lines.at(-1)).toEqual(["CSeq", "314159 ACK"]);
    expect(() => requestWithin(moved, "ACK")).toThrow(/number of their INVITE/);
  });
});

describe("RFC 3261 §12.2.2", () => {
  const bye = { method: "BYE", cseq: 314160, contact: [] };

  it("takes the first number as it is, and any higher one with a gap", () => {
    expect(value(receiveWithin(uac, { ...bye, cseq: 7 })).remoteCSeq).toBe(7);
    expect(value(receiveWithin(uas, { ...bye, cseq: 1_314_159 })).remoteCSeq).toBe(1_314_159);
  });

  it("refuses a lower number with 500, and an equal one not", () => {
    expect(receiveWithin(uas, { ...bye, cseq: 314158 })).toMatchObject({ ok: false, error: { status: 500 } });
    expect(receiveWithin(uas, { ...bye, cseq: 314159 }).ok).toBe(true);
  });

  it("lets an ACK and a CANCEL have the number of their INVITE", () => {
    const moved = { ...uas, remoteCSeq: 314165 };
    for (const method of ["ACK", "CANCEL"]) {
      expect(receiveWithin(moved, { method, cseq: 314159, contact: ["<sip:new@x>"] })).toEqual({
        ok: true,
        value: moved,
      });
    }
  });

  it.each(["INVITE", "UPDATE", "SUBSCRIBE", "NOTIFY", "REFER"])(
    "RFC 5057 §5.4: %s moves the target, if it has a Contact, and never the route set",
    (method) => {
      const refresh = { method, cseq: 314160, contact: ["<sip:new@y.invalid;transport=ws>;expires=5"] };
      expect(value(receiveWithin(uas, refresh))).toEqual({
        ...uas,
        remoteCSeq: 314160,
        remoteTarget: "sip:new@y.invalid;transport=ws",
      });
      expect(value(receiveWithin(uas, { ...refresh, contact: [] })).remoteTarget).toBe(uas.remoteTarget);
    },
  );

  it("other methods leave the target alone, and a Contact of no use is a 400", () => {
    const info = { method: "INFO", cseq: 314160, contact: ["<sip:new@y>"] };
    expect(value(receiveWithin(uas, info)).remoteTarget).toBe(uas.remoteTarget);
    const bad = { method: "UPDATE", cseq: 314160, contact: ["*"] };
    expect(receiveWithin(uas, bad)).toMatchObject({ ok: false, error: { status: 400 } });
  });
});

describe("RFC 3261 §12.2.1.2", () => {
  it("a 2xx to a target refresh moves the target; any other response does not", () => {
    const contact = ["<sip:new@y>"];
    expect(responseWithin(uac, { method: "INVITE", status: 200, contact }).remoteTarget).toBe("sip:new@y");
    for (const [method, status] of [
      ["INVITE", 180],
      ["INVITE", 302],
      ["BYE", 200],
    ] as const) {
      expect(responseWithin(uac, { method, status, contact })).toEqual(uac);
    }
    expect(responseWithin(uac, { method: "INVITE", status: 200, contact: ["*"] })).toEqual(uac);
  });
});

describe("plain data", () => {
  it("a dialog survives JSON", () => {
    expect(JSON.parse(JSON.stringify(uas))).toEqual(uas);
  });
});
