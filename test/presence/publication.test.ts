import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs, seconds } from "../../src/base/brand";
import {
  endPublicationsOf,
  livePublications,
  type Publication,
  type PublishContext,
  type PublishOutcome,
  type PublishRefusal,
  type PublishRequest,
  processPublish,
  sweepPublications,
} from "../../src/presence/publication";

const pidf = (basic: string, note = ""): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:alice@example.com"><tuple id="a1">` +
  `<status><basic>${basic}</basic></status></tuple>${note}</presence>`;

const settings = {
  minExpires: seconds(60),
  maxExpires: seconds(3600),
  defaultExpires: seconds(600),
  publications: 3,
  body: 65_536,
};

const request = (over: Partial<PublishRequest> = {}): PublishRequest => ({
  event: "presence",
  ifMatch: [],
  expires: seconds(600),
  contentType: "application/pidf+xml",
  body: pidf("open"),
  device: "laptop",
  endsWithDevice: false,
  ...over,
});

/** An event state compositor: its rows, its clock, its entity-tags `e1`, `e2`, … */
function compositor(over: Partial<PublishContext["settings"]> = {}) {
  let rows: readonly Publication[] = [];
  let now = 1_000_000;
  let tag = 0;
  const publish = (over_: Partial<PublishRequest> = {}): PublishOutcome | PublishRefusal => {
    tag += 1;
    const context = {
      entity: "sip:alice@example.com",
      settings: { ...settings, ...over },
      newEntityTag: `e${tag}`,
      now: epochMs(now),
    };
    const result = processPublish(rows, request(over_), context);
    if (!result.ok) return result.error;
    for (const change of result.value.changes) {
      const id = change.kind === "putPublication" ? change.publication.id : change.id;
      rows = rows.filter((row) => row.id !== id);
      if (change.kind === "putPublication") rows = [...rows, change.publication];
    }
    return result.value;
  };
  return {
    publish,
    wait: (span: number): void => {
      now += span * 1000;
    },
    get rows() {
      return rows;
    },
    get live() {
      return livePublications(rows, epochMs(now));
    },
    get now() {
      return epochMs(now);
    },
  };
}

const REFRESH = { body: "", contentType: undefined } as const;

describe("RFC 3903 §4.2: initial publication", () => {
  it("stores the state under a new entity-tag, for the presentity that was asked", () => {
    const esc = compositor();
    expect(esc.publish()).toMatchObject({ entityTag: "e1", expires: 600, documentChanged: true });
    expect(esc.rows).toMatchObject([
      { id: "e1", entityTag: "e1", event: "presence", device: "laptop", publishedAt: esc.now },
    ]);
    expect(esc.rows[0]?.body).toContain('entity="sip:alice@example.com"');
    expect(esc.rows[0]?.expiresAt).toBe(esc.now + 600_000);
  });

  it("leaves what others published alone", () => {
    const esc = compositor();
    esc.publish();
    esc.publish({ device: "phone", body: pidf("closed") });
    expect(esc.rows.map(({ id, device }) => [id, device])).toEqual([
      ["e1", "laptop"],
      ["e2", "phone"],
    ]);
  });

  it("§6 step 5: without a body it is 400", () => {
    expect(compositor().publish(REFRESH)).toMatchObject({ status: 400 });
  });

  it("§6 step 5: over at once leaves nothing stored", () => {
    const esc = compositor();
    expect(esc.publish({ expires: seconds(0) })).toMatchObject({
      expires: 0,
      changes: [],
      documentChanged: false,
    });
    expect(esc.rows).toEqual([]);
  });
});

describe("RFC 3903 §4.3: refresh", () => {
  it("extends the lifetime under a new entity-tag, and changes nothing else", () => {
    const esc = compositor();
    esc.publish();
    const [before] = esc.rows;
    esc.wait(500);
    expect(esc.publish({ ...REFRESH, ifMatch: ["e1"] })).toMatchObject({
      entityTag: "e2",
      documentChanged: false,
    });
    expect(esc.rows).toEqual([{ ...before, entityTag: "e2", expiresAt: esc.now + 600_000 }]);
  });

  it("§6 step 6: the old entity-tag is worth nothing any more", () => {
    const esc = compositor();
    esc.publish();
    esc.publish({ ...REFRESH, ifMatch: ["e1"] });
    expect(esc.publish({ ...REFRESH, ifMatch: ["e1"] })).toMatchObject({ status: 412 });
    expect(esc.publish({ ...REFRESH, ifMatch: ["e2"] })).toMatchObject({ entityTag: "e4" });
  });

  it("an expired publication is 412, though its row is still there", () => {
    const esc = compositor();
    esc.publish();
    esc.wait(600);
    expect(esc.rows).toHaveLength(1);
    expect(esc.publish({ ...REFRESH, ifMatch: ["e1"] })).toMatchObject({ status: 412 });
  });

  it("§6 step 3: the tag counts within its event package", () => {
    const esc = compositor();
    esc.publish();
    expect(esc.publish({ ...REFRESH, ifMatch: ["e1"], event: "dialog" })).toMatchObject({ status: 412 });
  });
});

describe("RFC 3903 §4.4: modify", () => {
  it("replaces the state; the publication keeps its id and its age", () => {
    const esc = compositor();
    esc.publish();
    const [before] = esc.rows;
    esc.wait(5);
    expect(esc.publish({ ifMatch: ["e1"], body: pidf("closed") })).toMatchObject({
      entityTag: "e2",
      documentChanged: true,
    });
    expect(esc.rows).toMatchObject([
      { id: "e1", entityTag: "e2", createdAt: before?.createdAt, publishedAt: esc.now },
    ]);
    expect(esc.rows[0]?.body).toContain("closed");
  });

  it("the same state again is no change to any watcher", () => {
    const esc = compositor();
    esc.publish();
    const [before] = esc.rows;
    esc.wait(5);
    const spaced = pidf("open").replace("<tuple id=", "<tuple\n  id =");
    expect(esc.publish({ ifMatch: ["e1"], body: spaced })).toMatchObject({
      entityTag: "e2",
      documentChanged: false,
    });
    expect(esc.rows[0]?.publishedAt).toBe(before?.publishedAt);
  });
});

describe("RFC 3903 §4.5: remove", () => {
  it("Expires 0 deletes the row; the answer has an entity-tag all the same", () => {
    const esc = compositor();
    esc.publish();
    expect(esc.publish({ ...REFRESH, ifMatch: ["e1"], expires: seconds(0) })).toMatchObject({
      entityTag: "e2",
      expires: 0,
      documentChanged: true,
    });
    expect(esc.rows).toEqual([]);
  });

  it("what is not there cannot be removed: 412", () => {
    expect(compositor().publish({ ...REFRESH, ifMatch: ["e9"], expires: seconds(0) })).toMatchObject({
      status: 412,
    });
  });
});

describe("RFC 3903 §6 step 3: SIP-If-Match is a single entity-tag", () => {
  it.each([[["e1", "e2"]], [["e1, e2"]], [["e1 e2"]], [['"e1"']], [[""]]])("%j is 400", (ifMatch) => {
    const esc = compositor();
    esc.publish();
    expect(esc.publish({ ifMatch })).toMatchObject({ status: 400 });
  });
});

describe("RFC 3903 §6 step 4: Expires", () => {
  it("absent, the default is taken", () => {
    expect(compositor().publish({ expires: undefined })).toMatchObject({ expires: 600 });
  });

  it("too long is lowered, never raised", () => {
    expect(compositor().publish({ expires: seconds(86_400) })).toMatchObject({ expires: 3600 });
    expect(compositor().publish({ expires: seconds(60) })).toMatchObject({ expires: 60 });
  });

  it("too brief is 423 with Min-Expires", () => {
    expect(compositor().publish({ expires: seconds(59) })).toMatchObject({
      status: 423,
      headers: [["Min-Expires", "60"]],
    });
  });
});

describe("RFC 3903 §6 step 5: the body", () => {
  it.each([
    "text/plain",
    undefined,
    "application/xpidf+xml",
    "application/pidf+xml;charset=utf-16",
    "application/pidf+xml-x",
    ";",
  ])("%s is 415 with Accept", (contentType) => {
    expect(compositor().publish({ contentType })).toMatchObject({
      status: 415,
      headers: [["Accept", "application/pidf+xml"]],
    });
  });

  it.each([
    "Application/PIDF+XML",
    "application/pidf+xml; charset=UTF-8",
    'application/pidf+xml ;x=y; charset="us-ascii"',
  ])("%s is taken", (contentType) => {
    expect(compositor().publish({ contentType })).toMatchObject({ entityTag: "e1" });
  });

  it.each(["hello", "<presence/>", "<!DOCTYPE a><a/>", pidf("open").slice(0, -5)])("%j is 400", (body) => {
    const esc = compositor();
    expect(esc.publish({ body })).toMatchObject({ status: 400 });
    expect(esc.rows).toEqual([]);
  });

  it("too large is 413, counted in octets", () => {
    expect(compositor({ body: 250 }).publish({ body: pidf("open", "<note>aaaa</note>") })).toMatchObject({
      entityTag: "e1",
    });
    expect(
      compositor({ body: 250 }).publish({ body: pidf("open", `<note>${"\u{1F600}".repeat(20)}</note>`) }),
    ).toMatchObject({ status: 413 });
  });

  it("all publications together have to fit one NOTIFY", () => {
    const esc = compositor({ body: 900 });
    const body = pidf("open", `<note>${"a".repeat(300)}</note>`);
    esc.publish({ body });
    expect(esc.publish({ body, device: "phone" })).toMatchObject({ status: 413 });
    expect(esc.publish({ body, ifMatch: ["e1"] })).toMatchObject({ entityTag: "e3" });
  });
});

describe("too many publications", () => {
  it("the device's own oldest makes room; its refresh is then 412 (RFC 3903 §5)", () => {
    const esc = compositor();
    for (const device of ["phone", "laptop", "laptop", "laptop"]) {
      esc.wait(1);
      esc.publish({ device });
    }
    expect(esc.live.map(({ id }) => id)).toEqual(["e1", "e3", "e4"]);
    expect(esc.publish({ ...REFRESH, ifMatch: ["e2"] })).toMatchObject({ status: 412 });
  });

  it("of a device that has none, the longest unchanged of all", () => {
    const esc = compositor();
    for (const device of ["a", "b", "c"]) {
      esc.publish({ device });
      esc.wait(1);
    }
    esc.publish({ ifMatch: ["e1"], device: "a", body: pidf("closed") });
    esc.publish({ device: "d" });
    expect(esc.live.map(({ id }) => id)).toEqual(["e3", "e1", "e5"]);
  });

  it("the expired do not count", () => {
    const esc = compositor();
    for (const device of ["a", "b", "c"]) esc.publish({ device, expires: seconds(60) });
    esc.wait(60);
    expect(esc.publish({ device: "d" })).toMatchObject({ changes: [{ kind: "putPublication" }] });
  });
});

describe("expiry", () => {
  it("is judged when read: live until its second, not at it", () => {
    const esc = compositor();
    esc.publish({ expires: seconds(60) });
    esc.wait(59.999);
    expect(esc.live).toHaveLength(1);
    expect(sweepPublications(esc.rows, esc.now)).toEqual([]);
    esc.wait(0.001);
    expect(esc.live).toEqual([]);
    expect(sweepPublications(esc.rows, esc.now)).toEqual([{ kind: "deletePublication", id: "e1" }]);
  });

  it("a device that goes takes along what it asked for, not the rest and not the others'", () => {
    const esc = compositor();
    esc.publish({ device: "laptop", endsWithDevice: true });
    esc.publish({ device: "laptop" });
    esc.publish({ device: "phone", endsWithDevice: true });
    expect(endPublicationsOf(esc.rows, "laptop")).toEqual([{ kind: "deletePublication", id: "e1" }]);
  });

  it("a refresh leaves as it is whether it ends with its device, a modification says so anew", () => {
    const esc = compositor();
    esc.publish({ endsWithDevice: true });
    esc.publish({ ifMatch: ["e1"], body: "" });
    expect(esc.rows[0]?.endsWithDevice).toBe(true);
    esc.publish({ ifMatch: ["e2"], body: pidf("closed") });
    expect(esc.rows[0]?.endsWithDevice).toBe(false);
  });
});

describe("RFC 3903 §6 step 6 and §8.3, over any run of requests", () => {
  const step = fc.record({
    tag: fc.option(fc.integer({ min: 1, max: 12 })),
    expires: fc.constantFrom(undefined, 0, 30, 60, 600, 99_999),
    body: fc.constantFrom("", pidf("open"), pidf("closed"), "nonsense"),
    device: fc.constantFrom("laptop", "phone"),
    wait: fc.integer({ min: 0, max: 400 }),
  });

  it("each acceptance gives a tag that works until the next; a refusal changes nothing; the cap holds", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const esc = compositor();
        for (const { tag, expires, body, device, wait } of steps) {
          esc.wait(wait);
          const before = esc.rows;
          const answer = esc.publish({
            ifMatch: tag === null ? [] : [`e${tag}`],
            expires: expires === undefined ? undefined : seconds(expires),
            body,
            device,
          });
          if ("status" in answer) expect(esc.rows).toBe(before);
          else if (answer.expires > 0)
            expect(esc.live.map(({ entityTag }) => entityTag)).toContain(answer.entityTag);
          else expect(esc.live.map(({ entityTag }) => entityTag)).not.toContain(answer.entityTag);
          expect(esc.live.length).toBeLessThanOrEqual(3);
          expect(new Set(esc.rows.map(({ id }) => id)).size).toBe(esc.rows.length);
        }
      }),
    );
  });
});
