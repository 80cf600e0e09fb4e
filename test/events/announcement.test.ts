import { describe, expect, it } from "vitest";
import { announce, resume, settle } from "../../src/events/announcement";

const document = { version: 7, told: true, text: "<presence/>" };

describe("the mark beside a document", () => {
  it("is taken away with the change and set when the last watcher has answered", () => {
    const changed = announce(document);
    expect(changed).toEqual({ version: 23, told: false, text: "<presence/>" });
    expect(settle(changed, true)).toBe(changed);
    expect(settle(changed, false)).toEqual({ version: 23, told: true, text: "<presence/>" });
  });

  it("costs no row when nothing changes", () => {
    expect(settle(document, false)).toBe(document);
    expect(settle(document, true)).toBe(document);
    expect(resume(document)).toBe(document);
  });

  it("has all told once more after a restart that interrupted, under a higher version", () => {
    expect(resume(announce(document))).toEqual({ version: 39, told: false, text: "<presence/>" });
  });
});
