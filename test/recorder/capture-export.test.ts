// The capture file, read back by its own rules; and, where tshark is there, by the program that people use.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ladder } from "../../src/contracts/ladder";
import { ladderCapture } from "../../src/recorder/capture-export";
import { callId, request, response, rings, sdp, TwoHomes } from "./two-homes";

/** A whole call with bodies, an event, a long MESSAGE-like INFO, and a refusal of a change. */
function call(bodies: boolean): Ladder {
  const world = new TwoHomes({ bodies });
  return rings(world)
    .goes("bBAa", response("200 OK", { branch: "1", toTag: "314159", body: sdp }))
    .goes("aABb", request("ACK", { branch: "2", toTag: "314159" }))
    .goes(
      "aABb",
      request("INFO", {
        branch: "3",
        cseq: "2 INFO",
        toTag: "314159",
        lines: ["X-Long: ".padEnd(20_000, "x")],
      }),
    )
    .goes("bBAa", response("488 Not Acceptable Here", { branch: "3", cseq: "2 INFO", toTag: "314159" }))
    .event("A", { event: "socket closed", code: 1006 }, "a")
    .goes(
      "ABb",
      request("BYE", {
        branch: "4",
        cseq: "3 BYE",
        toTag: "314159",
        lines: ['Reason: SIP;cause=480;text="Page gone"'],
      }),
    )
    .goes("bBA", response("200 OK", { branch: "4", cseq: "3 BYE", toTag: "314159" }))
    .ladder();
}

interface Block {
  readonly type: number;
  readonly body: DataView;
}

function blocksOf(file: Uint8Array): readonly Block[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const blocks: Block[] = [];
  for (let at = 0; at < file.length; ) {
    const length = view.getUint32(at + 4, true);
    expect(length % 4).toBe(0);
    expect(view.getUint32(at + length - 4, true)).toBe(length);
    blocks.push({
      type: view.getUint32(at, true),
      body: new DataView(file.buffer, file.byteOffset + at + 8, length - 12),
    });
    at += length;
  }
  return blocks;
}

describe("draft-ietf-opsawg-pcapng §4", () => {
  it("a section, an interface, the names of the lanes, then a packet for each message", () => {
    const ladder = call(true);
    const blocks = blocksOf(ladderCapture(ladder));
    const messages = ladder.lines.filter(({ text }) => text !== undefined);
    expect(blocks.map(({ type }) => type)).toEqual([0x0a0d0d0a, 1, 4, ...messages.map(() => 6)]);
    expect(blocks[0]?.body.getUint32(0, true)).toBe(0x1a2b3c4d);
    expect(blocks[1]?.body.getUint16(0, true)).toBe(101);
  });

  it("RFC 791 §3.1, RFC 768: lengths and checksums hold", () => {
    const packets = blocksOf(ladderCapture(call(true))).filter(({ type }) => type === 6);
    for (const { body } of packets) {
      const length = body.getUint32(12, true);
      const ip = new DataView(body.buffer, body.byteOffset + 20, length);
      expect(ip.getUint16(2)).toBe(length);
      expect(ip.getUint16(24)).toBe(length - 20);
      expect(sumOf(ip, 0, 20)).toBe(0xffff);
      const pseudo = [12, 14, 16, 18].reduce((sum, at) => sum + ip.getUint16(at), 17 + length - 20);
      expect(folded(pseudo + sumOf(ip, 20, length))).toBe(0xffff);
    }
  });

  it("a ladder without a line is a file without a packet", () => {
    const empty: Ladder = { callId, aor: "alice@example.com", live: false, lanes: [], lines: [] };
    expect(blocksOf(ladderCapture(empty)).map(({ type }) => type)).toEqual([0x0a0d0d0a, 1]);
  });
});

const folded = (sum: number): number => {
  let rest = sum;
  while (rest > 0xffff) rest = (rest & 0xffff) + (rest >>> 16);
  return rest;
};

function sumOf(view: DataView, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 2)
    sum += (view.getUint8(at) << 8) | (at + 1 < to ? view.getUint8(at + 1) : 0);
  return folded(sum);
}

const hasTshark = spawnSync("tshark", ["--version"]).status === 0;
const remedy = hasTshark ? "" : " (skipped: no tshark here; on Debian `apt-get install tshark` brings it)";

describe.skipIf(!hasTshark)(`tshark reads the file${remedy}`, () => {
  let folder = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "durasip-capture-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function dissect(ladder: Ladder, ...fields: readonly string[]): readonly (readonly string[])[] {
    const file = join(folder, "call.pcapng");
    writeFileSync(file, ladderCapture(ladder));
    const asked = fields.flatMap((field) => ["-e", field]);
    const out = spawnSync(
      "tshark",
      [
        "-n",
        "-r",
        file,
        "-T",
        "fields",
        "-o",
        "ip.check_checksum:TRUE",
        "-o",
        "udp.check_checksum:TRUE",
        ...asked,
      ],
      {
        encoding: "utf8",
        timeout: 60_000,
      },
    );
    expect(out.status, out.stderr).toBe(0);
    return out.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split("\t"));
  }

  it.each([
    ["with bodies", true],
    ["without", false],
  ])("every message is dissected as SIP, none is malformed, %s", (_, bodies) => {
    const ladder = call(bodies);
    const messages = ladder.lines.filter(({ text }) => text !== undefined);
    const seen = dissect(
      ladder,
      "frame.protocols",
      "sip.Call-ID",
      "_ws.malformed",
      "ip.checksum.status",
      "udp.checksum.status",
    );
    expect(seen.length).toBe(messages.length);
    for (const [protocols = "", call = "", malformed = "", ip, udp] of seen) {
      expect(protocols).toMatch(/:udp:sip/);
      expect([call, malformed, ip, udp]).toEqual([callId, "", "1", "1"]);
    }
  });

  it("expert information has no error, and SDP is read as SDP", () => {
    const seen = dissect(call(true), "frame.protocols", "_ws.expert.severity");
    const errors = seen.filter(([, severity = ""]) =>
      severity.split(",").some((one) => Number(one) >= 0x800000),
    );
    expect(errors).toEqual([]);
    expect(seen.filter(([protocols = ""]) => protocols.includes(":sdp")).length).toBe(6);
  });

  it("methods, statuses, times and addresses are those of the ladder; events are comments", () => {
    const ladder = call(false);
    const messages = ladder.lines.filter(({ text }) => text !== undefined);
    const seen = dissect(
      ladder,
      "sip.Method",
      "sip.Status-Code",
      "frame.time_epoch",
      "ip.src",
      "ip.dst",
      "frame.comment",
    );
    seen.forEach(([method, status, at, from, to], index) => {
      const line = messages[index];
      expect(status === "" ? method : status).toBe(String(line?.status ?? line?.method));
      expect(Math.round(Number(at) * 1000)).toBe(Date.parse(line?.at ?? ""));
      const address = (lane = ""): string => `192.0.2.${ladder.lanes.findIndex(({ id }) => id === lane) + 1}`;
      expect([from, to]).toEqual([address(line?.from), address(line?.to)]);
    });
    expect(seen.map(([, , , , , comment]) => comment).join("\n")).toContain("socket closed (1006)");
  });
});
