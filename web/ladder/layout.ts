// Where the ladder's lines stand: lanes across in equal parts, one row for each line, and time told between them.

import type { LadderLane, LadderLine } from "../../src/contracts/ladder";

export interface PlacedLine {
  readonly line: LadderLine;
  readonly from: string;
  readonly to: string;
  /** Of the width: where the arrow begins at its left, how far it goes, and its middle. */
  readonly left: number;
  readonly width: number;
  readonly middle: number;
  /** Which way it points; "here" is a thing that happened in one lane. */
  readonly points: "right" | "left" | "here";
  /** Milliseconds since the ladder's first line, and since the line before. */
  readonly since: number;
  readonly gap: number;
}

/** The middle of each lane, in hundredths of the width. */
export const laneCentre = (index: number, lanes: number): number => round(((index + 0.5) / lanes) * 100);

/** The rows of a ladder. A line whose lane nobody knows stands in the first. */
export function placeLines(
  lanes: readonly LadderLane[],
  lines: readonly LadderLine[],
): readonly PlacedLine[] {
  const index = new Map(lanes.map(({ id }, at) => [id, at]));
  const label = new Map(lanes.map((lane) => [lane.id, lane.label]));
  const start = Date.parse(lines[0]?.at ?? "");
  return lines.map((line, at) => {
    const from = laneCentre(index.get(line.from) ?? 0, Math.max(1, lanes.length));
    const to = laneCentre(index.get(line.to) ?? 0, Math.max(1, lanes.length));
    const when = Date.parse(line.at);
    return {
      line,
      from: label.get(line.from) ?? line.from,
      to: label.get(line.to) ?? line.to,
      left: Math.min(from, to),
      width: round(Math.abs(to - from)),
      middle: round((from + to) / 2),
      points: to > from ? "right" : to < from ? "left" : "here",
      since: when - start,
      gap: Math.max(0, when - Date.parse(lines[at - 1]?.at ?? line.at)),
    };
  });
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** `0.000 s`, `12.345 s`, `1:05.200`: since the first line. */
export function sinceStart(millis: number): string {
  const sign = millis < 0 ? "−" : "";
  const all = Math.abs(millis);
  if (all < 60_000) return `${sign}${(all / 1000).toFixed(3)} s`;
  const seconds = ((all % 60_000) / 1000).toFixed(1).padStart(4, "0");
  return `${sign}${Math.floor(all / 60_000)}:${seconds}`;
}

/** A silence that is worth a word between two lines; undefined for a short one. */
export function silence(millis: number): string | undefined {
  if (millis < 2000) return undefined;
  if (millis < 60_000) return `${(millis / 1000).toFixed(millis < 10_000 ? 1 : 0)} s later`;
  const minutes = Math.round(millis / 60_000);
  return minutes < 120 ? `${minutes} min later` : `${Math.round(minutes / 60)} h later`;
}

/** The element of a line, which the verdict leads to. */
export const rowId = (line: string): string => `line-${line}`;
