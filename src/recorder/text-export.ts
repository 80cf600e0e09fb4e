// A ladder as plain text: what became of the call, the lines in order, then each message as it was recorded.

import type { Ladder, LadderLine } from "../contracts/ladder";
import { plainText } from "./plain-text";

const rule = "-".repeat(72);

export function ladderText(ladder: Ladder): string {
  const labels = new Map(ladder.lanes.map(({ id, label }) => [id, plainText(label)]));
  const name = (lane: string): string => labels.get(lane) ?? plainText(lane);
  const { verdict, missing } = ladder;
  const head = [
    `Call-ID: ${plainText(ladder.callId)}`,
    `Recorded for: ${plainText(ladder.aor)}`,
    ...(verdict === undefined ? [] : ["", plainText(verdict.title), plainText(verdict.explanation)]),
    ...(missing ?? []).map(({ aor, why }) => `Missing: ${plainText(aor)}. ${plainText(why)}`),
    "",
  ];
  const lines = ladder.lines.map((line, at) => lineText(line, at + 1, name));
  const messages = ladder.lines.flatMap((line, at) => messageText(line, at + 1));
  return `${[...head, ...lines, "", ...messages].join("\n")}\n`;
}

function lineText(line: LadderLine, number: number, name: (lane: string) => string): string {
  const ends = line.from === line.to ? name(line.from) : `${name(line.from)} -> ${name(line.to)}`;
  const words = line.words === undefined ? "" : ` (${plainText(line.words)})`;
  return `${String(number).padStart(4)} ${line.at} ${line.failed ? "!" : " "} ${ends}: ${plainText(line.label)}${words}`;
}

function messageText({ text, label, at, truncated }: LadderLine, number: number): readonly string[] {
  if (text === undefined) return [];
  const body = text.split(/\r\n|\r|\n/).map(plainText);
  const cut = truncated === true ? ["[the rest was too long to be recorded]"] : [];
  return [rule, `${number}. ${plainText(label)}, ${at}`, rule, ...body, ...cut, ""];
}
