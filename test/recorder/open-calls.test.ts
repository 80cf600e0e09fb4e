import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import type { FlightRecord, Hop } from "../../src/contracts/flight-record";
import { OpenCalls } from "../../src/recorder/open-calls";
import { observe, type Sighting } from "../../src/recorder/sighting";
import { callId, request, response } from "./two-homes";

const device: Hop = { kind: "socket", socket: "s0cket" };
const peer: Hop = { kind: "home", aor: "bob@example.com" };
const invite = request("INVITE", { branch: "1" });

const received = (frame: string, hop: Hop = device): Sighting => ({
  kind: "message",
  direction: "in",
  hop,
  frame,
});
const sent = (frame: string, hop: Hop = device): Sighting => ({
  kind: "message",
  direction: "out",
  hop,
  frame,
});

/** A home that holds calls; what each step has written. */
class Holding {
  readonly calls = new OpenCalls();
  #now = 1_795_374_000_000;

  step(...sightings: readonly Sighting[]): readonly FlightRecord[] {
    this.#now += 1000;
    return this.calls.take(observe(sightings, epochMs(this.#now), { bodies: false }), epochMs(this.#now));
  }

  rings(): this {
    this.step(received(invite), sent(invite, peer));
    this.step(received(response("180 Ringing", { branch: "1", toTag: "1" }), peer));
    return this;
  }
}

const firstLines = (records: readonly FlightRecord[]): readonly string[] =>
  records.map((record) =>
    record.kind === "message" ? (record.text.split("\r\n", 1)[0] ?? "") : record.event,
  );

describe("a call that may yet fail", () => {
  it("is written from its beginning when it does", () => {
    const home = new Holding().rings();
    const busy = response("486 Busy Here", { branch: "1", toTag: "1" });
    expect(firstLines(home.step(received(busy, peer), sent(busy)))).toEqual([
      "INVITE sip:bob@example.com SIP/2.0",
      "INVITE sip:bob@example.com SIP/2.0",
      "SIP/2.0 180 Ringing",
      "SIP/2.0 486 Busy Here",
      "SIP/2.0 486 Busy Here",
    ]);
    expect(firstLines(home.step(received(request("ACK", { branch: "1", toTag: "1" }))))).toEqual([
      "ACK sip:bob@example.com SIP/2.0",
    ]);
  });

  it("has not failed while one phone of several refuses it", () => {
    const home = new Holding().rings();
    expect(home.step(received(response("486 Busy Here", { branch: "1", toTag: "1" })))).toEqual([]);
  });

  it.each(["401 Unauthorized", "407 Proxy Authentication Required", "491 Request Pending", "200 OK"])(
    "has not failed by %s",
    (status) => {
      const home = new Holding().rings();
      expect(home.step(sent(response(status, { branch: "1", toTag: "1" })))).toEqual([]);
    },
  );

  it("has not failed when the caller takes it back, or hangs up", () => {
    const taken = new Holding().rings();
    expect(taken.step(received(request("CANCEL", { branch: "1", cseq: "1 CANCEL" })))).toEqual([]);
    expect(taken.step(sent(response("487 Request Terminated", { branch: "1", toTag: "1" })))).toEqual([]);
    const hungUp = new Holding().rings();
    expect(hungUp.step(received(request("BYE", { branch: "2", cseq: "2 BYE" })))).toEqual([]);
    expect(hungUp.step(sent(response("200 OK", { branch: "2", cseq: "2 BYE" })))).toEqual([]);
  });

  it("is shown for a while after it went well, and written by nobody", () => {
    const home = new Holding().rings();
    const well = response("200 OK", { branch: "2", cseq: "2 BYE" });
    home.step(received(request("BYE", { branch: "2", cseq: "2 BYE" })));
    expect(home.step(received(well, peer), sent(well))).toEqual([]);
    expect(firstLines(home.calls.held(callId)).slice(-2)).toEqual(["SIP/2.0 200 OK", "SIP/2.0 200 OK"]);
    for (let count = 0; count < 8; count++) {
      home.step(received(invite.replace(callId, `call-${count}`)));
      home.step(sent(well.replace(callId, `call-${count}`)));
    }
    expect(home.calls.held(callId)).toEqual([]);
  });

  it.each([
    ['SIP;cause=200;text="Call completed elsewhere"', false],
    ["Q.850;cause=16", false],
    ["Q.850;cause=31", true],
    ['SIP;cause=488;text="Incompatible SDP"', true],
    ['SIP;cause=480;text="Page gone"', true],
    ["nonsense", false],
  ])("RFC 3326: a BYE with Reason: %s is a failure: %s", (reason, fails) => {
    const home = new Holding().rings();
    const bye = request("BYE", { branch: "2", cseq: "2 BYE", lines: [`Reason: ${reason}`] });
    expect(home.step(received(bye)).length > 0).toBe(fails);
  });

  it("has failed when its home takes it back for a page that is gone, and not when the page does", () => {
    const cancel = request("CANCEL", { branch: "1", cseq: "1 CANCEL" });
    expect(firstLines(new Holding().rings().step(sent(cancel, peer))).at(-1)).toBe(
      "CANCEL sip:bob@example.com SIP/2.0",
    );
    expect(new Holding().rings().step(received(cancel), sent(cancel, peer))).toEqual([]);
  });

  it("takes the end of its sockets along", () => {
    const home = new Holding().rings();
    home.step({ kind: "event", event: "socket closed", hop: device, code: 1006 });
    home.step({ kind: "event", event: "socket closed", hop: { kind: "socket", socket: "another" } });
    const written = home.step(
      sent(response("480 Temporarily Unavailable", { branch: "1", toTag: "1" }), peer),
    );
    expect(firstLines(written).filter((line) => line === "socket closed").length).toBe(1);
  });
});

describe("bounds", () => {
  it("of one call its beginning and its end are held", () => {
    const home = new Holding().rings();
    for (let count = 0; count < 200; count++)
      home.step(received(request("INFO", { branch: `i${count}`, cseq: `${count + 2} INFO` })));
    const written = home.step(sent(response("500 Server Internal Error", { branch: "1", toTag: "1" })));
    expect(written.length).toBeLessThanOrEqual(61);
    expect(firstLines(written)[0]).toBe("INVITE sip:bob@example.com SIP/2.0");
    expect(firstLines(written).at(-1)).toBe("SIP/2.0 500 Server Internal Error");
  });

  it("of many calls the last 64", () => {
    const home = new Holding();
    for (let count = 0; count < 100; count++) home.step(received(invite.replace(callId, `call-${count}`)));
    expect(home.calls.held("call-35")).toEqual([]);
    expect(home.calls.held("call-36").length).toBe(1);
  });

  it("what follows a failure is written, but not without end", () => {
    const home = new Holding().rings();
    home.step(sent(response("603 Decline", { branch: "1", toTag: "1" })));
    let written = 0;
    for (let count = 0; count < 50; count++)
      written += home.step(
        received(request("INFO", { branch: `i${count}`, cseq: `${count + 2} INFO` })),
      ).length;
    expect(written).toBe(16);
  });

  it("a stranger's INVITEs and BYEs hold nothing, push nothing out and write nothing", () => {
    const home = new Holding().rings();
    const strange = (...sightings: readonly Sighting[]): readonly FlightRecord[] =>
      home.calls.takeStrangers(observe(sightings, epochMs(0), { bodies: false }), epochMs(0));
    const ended = { branch: "s", cseq: "2 BYE", lines: ["Reason: SIP;cause=500"] };
    for (let count = 0; count < 100; count++) {
      const asked = invite.replace(callId, `call-${count}`);
      const challenge = response("401 Unauthorized", { branch: "1" }).replace(callId, `call-${count}`);
      expect(strange(received(asked), sent(challenge))).toEqual([]);
      expect(strange(received(request("BYE", ended).replace(callId, `call-${count}`)))).toEqual([]);
    }
    expect(strange(received(request("BYE", ended)))).toEqual([]);
    const guess = request("REGISTER", { branch: "g", lines: ["Authorization: Digest x=1"] });
    expect(
      strange(received(guess), sent(response("401 Unauthorized", { branch: "g", cseq: "1 REGISTER" })))
        .length,
    ).toBe(2);
    expect(home.calls.held("call-99")).toEqual([]);
    expect(home.calls.held(callId).length).toBe(3);
  });

  it("refused logins are ten in an hour", () => {
    const home = new Holding();
    let written = 0;
    for (let count = 0; count < 30; count++) {
      const said = { branch: `r${count}`, cseq: `${count} REGISTER` };
      const asked = request("REGISTER", { ...said, lines: ["Authorization: Digest x=1"] });
      written += home.step(received(asked), sent(response("401 Unauthorized", said))).length;
    }
    expect(written).toBe(20);
  });

  it("RFC 7616 §3.3: a nonce that is too old refuses nobody", () => {
    const said = { branch: "r", cseq: "1 REGISTER" };
    const stale = response("401 Unauthorized", {
      ...said,
      lines: ['WWW-Authenticate: Digest realm="x", stale=true, nonce="y"'],
    });
    const home = new Holding();
    expect(
      home.step(
        received(request("REGISTER", { ...said, lines: ["Authorization: Digest x=1"] })),
        sent(stale),
      ),
    ).toEqual([]);
  });
});

describe("what has to be read at all", () => {
  it("nothing of a home without calls but INVITEs and logins", () => {
    const { calls } = new Holding();
    const matters = (frame: string): boolean => calls.mayMatter(frame, false);
    expect(
      ["MESSAGE", "NOTIFY", "PUBLISH", "REGISTER"].map((method) => matters(request(method, { branch: "1" }))),
    ).toEqual([...[false, false, false, false]]);
    expect(matters(response("200 OK", { branch: "1" }))).toBe(false);
    expect(matters(invite)).toBe(true);
    expect(matters(request("REGISTER", { branch: "1", lines: ["Authorization: Digest x=1"] }))).toBe(true);
  });
});
