import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatRelated, readMultipart } from "../../src/rls/multipart";
import { readRlmi } from "../../src/rls/rlmi";
import { okValue, printed } from "./printed";

const exampleType =
  'multipart/related;type="application/rlmi+xml";start="<nXYxAE@pres.vancouver.example.com>";boundary="50UBfW7LSCVLtggUPe5z"';
const example = printed("rlmi-rfc4662-6-multipart-1.mime");

describe("RFC 4662 §6, message 3", () => {
  const read = okValue(readMultipart(exampleType, example));

  it("has three parts, the first of which is the root", () => {
    expect(read.type).toBe("multipart/related");
    expect(read.root).toBe(read.parts[0]);
    expect(read.parts.map(({ contentId, contentType }) => [contentId, contentType])).toEqual([
      ["nXYxAE@pres.vancouver.example.com", 'application/rlmi+xml;charset="UTF-8"'],
      ["bUZBsM@pres.vancouver.example.com", 'application/pidf+xml;charset="UTF-8"'],
      ["ZvSvkz@pres.vancouver.example.com", 'application/pidf+xml;charset="UTF-8"'],
    ]);
  });

  it("its RLMI is readable once the quote that the RFC doubles is single", () => {
    const rlmi = okValue(readRlmi(read.root.body.replace('""', '"')));
    expect(rlmi.resources.map(({ instances }) => instances[0]?.cid)).toEqual([
      "bUZBsM@pres.vancouver.example.com",
      "ZvSvkz@pres.vancouver.example.com",
      undefined,
      undefined,
    ]);
  });

  it("is what we write of its parts, but for the boundary", () => {
    const [root, ...others] = read.parts;
    if (root?.contentId === undefined) throw new Error("no root");
    const written = formatRelated({ ...root, contentId: root.contentId }, others, "seed");
    expect(written.contentType).toBe(
      'multipart/related;type="application/rlmi+xml";start="<nXYxAE@pres.vancouver.example.com>";boundary=seed-00000',
    );
    expect(written.body.replaceAll("seed-00000", "50UBfW7LSCVLtggUPe5z").trimEnd()).toBe(example);
  });
});

describe("RFC 4662 §6, message 13: a body within a body goes through untouched", () => {
  const inner = { contentType: exampleType, contentId: "1KQhyE@pres.vancouver.example.com", body: example };
  const outer = formatRelated(
    { contentType: "application/rlmi+xml", contentId: "2BEI83@a", body: "<list/>" },
    [inner],
    "TfZxoxgA",
  );

  it("to the byte, and can be read in its turn", () => {
    const part = okValue(readMultipart(outer.contentType, outer.body)).parts[1];
    expect(part?.body).toBe(example);
    expect(okValue(readMultipart(part?.contentType ?? "", part?.body ?? "")).parts).toHaveLength(3);
  });
});

describe("RFC 2046 §5.1.1", () => {
  const type = "multipart/mixed;boundary=b";

  it("preamble and epilogue are passed over; a part without header fields is text", () => {
    const body = "before\r\n--b \t\r\n\r\none\r\n--b\r\nContent-Type: a/b\r\n\r\ntwo\r\n\r\n--b--\r\nafter";
    expect(okValue(readMultipart(type, body)).parts).toEqual([
      { contentType: "text/plain", body: "one" },
      { contentType: "a/b", body: "two\r\n" },
    ]);
  });

  it("a line that is longer than the delimiter is none", () => {
    const body = "--b\r\n\r\none\r\n--bc\r\ntwo\r\n--b--";
    expect(okValue(readMultipart(type, body)).parts[0]?.body).toBe("one\r\n--bc\r\ntwo");
  });

  it("folded header fields, names in any case", () => {
    const body =
      "--b\r\ncontent-TYPE: a/b;\r\n\tc=d\r\nContent-Disposition: recipient-list\r\n\r\nx\r\n--b--\r\n";
    expect(okValue(readMultipart(type, body)).root).toEqual({
      contentType: "a/b; c=d",
      contentDisposition: "recipient-list",
      body: "x",
    });
  });

  it.each([
    ["another type", "text/plain;boundary=b", "--b\r\n\r\n--b--", "not-multipart"],
    ["no boundary", "multipart/mixed", "--b\r\n\r\n--b--", "no-boundary"],
    ["a boundary of 71 characters", `multipart/mixed;boundary=${"b".repeat(71)}`, "", "no-boundary"],
    ["no close delimiter", type, "--b\r\n\r\none\r\n--b\r\n", "syntax"],
    ["no part", type, "--b--", "syntax"],
    ["no empty line", type, "--b\r\nContent-Type: a/b\r\n--b--", "syntax"],
    ["a header field without a colon", type, "--b\r\nnonsense\r\n\r\nx\r\n--b--", "syntax"],
    ["base64", type, "--b\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n--b--", "encoding"],
    ["too many parts", type, `${"--b\r\n\r\n\r\n".repeat(600)}--b--`, "too-many-parts"],
    [
      "a start that is not there",
      'multipart/related;boundary=b;start="<x>"',
      "--b\r\n\r\n\r\n--b--",
      "no-root",
    ],
  ])("%s is refused", (_, contentType, body, error) => {
    expect(readMultipart(contentType, body)).toEqual({ ok: false, error });
  });

  it("the boundary occurs in no part, though all but the last number are taken", () => {
    const taken = Array.from({ length: 5000 }, (__, n) => `--seed-${String(n).padStart(5, "0")}`).join(
      "\r\n",
    );
    const root = { contentType: "a/b", contentId: "x", body: taken };
    const written = formatRelated(root, [{ contentType: "c/d", body: "\r\n--seed-05000--" }], "seed");
    expect(written.contentType).toContain("boundary=seed-05001");
    expect(okValue(readMultipart(written.contentType, written.body)).parts).toHaveLength(2);
  });

  it("nor where two of them share characters", () => {
    const root = { contentType: "a/b", contentId: "x", body: "1-00001-00000" };
    expect(formatRelated(root, [], "1").contentType).toContain("boundary=1-00002");
  });

  it("a line break in a value starts no header field", () => {
    const part = { contentType: "a/b\r\nContent-ID: <y>", contentId: "z", body: "" };
    const root = { contentType: "a/b", contentId: "x", body: "" };
    expect(formatRelated(root, [part], "seed").body).not.toContain("\r\nContent-ID: <y>");
  });
});

describe("whatever the parts hold", () => {
  const text = fc.string({ unit: fc.constantFrom("\r\n", "-", "--", "s", "s-00000", "\n", "é", ":", " ") });

  it("what is written is read", () => {
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 4 }), (first, rest) => {
        const others = rest.map((body, index) => ({ contentType: "c/d", contentId: `p${index}`, body }));
        const root = { contentType: "a/b", contentId: "root", body: first };
        const { contentType, body } = formatRelated(root, others, "s");
        expect(okValue(readMultipart(contentType, body)).parts).toEqual([root, ...others]);
      }),
    );
  });

  it("no text makes the reader throw", () => {
    fc.assert(
      fc.property(text, (body) => {
        const read = readMultipart("multipart/mixed;boundary=s", `--s\r\n${body}\r\n--s--`);
        expect(typeof read.ok).toBe("boolean");
      }),
    );
  });
});
