// Reading takes time in proportion to length: eight times the text may take a few times eight the time, never
// the sixty-four of a quadratic reader. Only ratios of the best of many runs count, no clock reading by itself.

import { describe, expect, it } from "vitest";
import { defaultParseLimits, parseText } from "../../src/sip/parser";
import { validateRequest } from "../../src/sip/validate";
import { readEveryField, valueReaders } from "./readers";

/** Texts that grow with n, each an attack on some reader. */
const shapes: Readonly<Record<string, (n: number) => string>> = {
  "an endless token": (n) => "a".repeat(n),
  "labels and hyphens": (n) => `<sip:${"a-".repeat(n)}.>`,
  dots: (n) => `sip:${"a.".repeat(n)}1`,
  parameters: (n) => `<sip:a@b>${";a".repeat(n)}`,
  "distinct parameters": (n) =>
    `<sip:a@b>${Array.from({ length: n }, (_, index) => `;x${index}=1`).join("")}`,
  "semicolons and spaces": (n) => `<sip:a@b>${"; ".repeat(n)}`,
  spaces: (n) => `<sip:a@b>;tag${" ".repeat(n)}x`,
  "spaces before a display name's end": (n) => `a${" ".repeat(n)}"`,
  commas: (n) => ",".repeat(n),
  addresses: (n) => "<sip:a@b>,".repeat(n),
  "open brackets": (n) => "<".repeat(n),
  quotes: (n) => '"'.repeat(n),
  "open quotes with escapes": (n) => `"${"\\\\".repeat(n)}`,
  "quoted commas": (n) => `${'",",'.repeat(n)}`,
  comments: (n) => `1 ${"(".repeat(n)}`,
  "closed comments": (n) => `1 ${"(".repeat(n)}${")".repeat(n)}`,
  digits: (n) => "9".repeat(n),
  escapes: (n) => `sip:${"%41".repeat(n)}@b`,
  "broken escapes": (n) => "%4".repeat(n),
  colons: (n) => `[${":".repeat(n)}]`,
  Vias: (n) => "SIP/2.0/WSS a.invalid;branch=z9hG4bK1,".repeat(n),
  "display words": (n) => `${"a ".repeat(n)}<sip:a@b>`,
};

const small = 500;

/** The best time of a few runs, each of as many calls as take a while. */
function best(run: () => void, calls: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    for (let call = 0; call < calls; call++) run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** How many times longer eight times the input takes. */
function growth(run: (text: string) => void, shape: (n: number) => string): number {
  const short = shape(small);
  const long = shape(small * 8);
  run(long);
  const calls = 4;
  // A reader that stops at once is as fast on both: the floor keeps noise from being a ratio.
  const floor = 0.05;
  return (
    best(() => run(long), calls) /
    Math.max(
      best(() => run(short), calls),
      floor,
    )
  );
}

/** A quadratic reader makes it 64. */
const bound = 28;

/** The least growth of a few, since each measurement shares the processor with whatever else there is. */
function leastGrowth(run: (text: string) => void, shape: (n: number) => string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 8 && least >= bound; attempt++) least = Math.min(least, growth(run, shape));
  return least;
}

const readAll = (text: string): void => {
  for (const read of Object.values(valueReaders)) read(text);
};

const head =
  "MESSAGE sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n" +
  "From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\nCall-ID: 1\r\nCSeq: 1 MESSAGE\r\n";

const messages: Readonly<Record<string, (n: number) => string>> = {
  "a folded header": (n) => `${head}Subject: a${"\r\n b".repeat(n)}\r\n\r\n`,
  "an empty folded header": (n) => `${head}Subject:${"\r\n ".repeat(n)}\r\n\r\n`,
  "a repeated header": (n) => `${head}${"Route: <sip:a@b;lr>\r\n".repeat(n)}\r\n`,
  "unknown headers": (n) => `${head}${"x: y\r\n".repeat(n)}\r\n`,
  "a huge header": (n) => `${head}Subject: ${"a".repeat(n * 8)}\r\n\r\n`,
  "line breaks before the start line": (n) => `${"\r\n".repeat(n)}${head}\r\n`,
  "a head without an end": (n) => `${head}${"a".repeat(n * 8)}`,
  "carriage returns": (n) => `${head}a:${"\r".repeat(n)}`,
  "spaces in the request line": (n) => `MESSAGE${" ".repeat(n)}SIP/2.0\r\n\r\n`,
  "a body that is not ASCII": (n) => `${head}Content-Length: ${n * 2}\r\n\r\n${"é".repeat(n)}`,
};

function readMessage(text: string): void {
  const parsed = parseText(text, false, { ...defaultParseLimits, headerFields: 1_000_000 });
  if (parsed.ok && parsed.value.kind === "request") validateRequest(parsed.value);
}

describe("the time a reader takes grows with length, not with its square", () => {
  it.each(Object.entries(shapes))("for %s", (_name, shape) => {
    expect(leastGrowth(readAll, shape)).toBeLessThan(bound);
  });

  it.each(Object.entries(messages))("for a message with %s", (_name, shape) => {
    expect(leastGrowth(readMessage, shape)).toBeLessThan(bound);
  });
});

describe("the default limits", () => {
  it("bound what one message can ask of every reader", () => {
    const many = `${head}${"Route: <sip:a@b;lr>\r\n".repeat(defaultParseLimits.headerFields)}\r\n`;
    expect(parseText(many)).toEqual({ ok: false, error: "too-many-header-fields" });
    expect(() => readEveryField(many)).not.toThrow();
  });
});
