// What a call or a message that went wrong leaves to look at: in a long run the gateway's own flight recorder is on for
// everybody, and the ladders of such a one are kept as a text in `test-results`.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const recorderVars = {
  ADMIN_TOKEN: "administrator-of-this-chaos",
  RECORDED_MESSAGES: "20000",
  RECORDED_OCTETS: "33554432",
} as const;

const headers = { Authorization: `Bearer ${recorderVars.ADMIN_TOKEN}`, "Content-Type": "application/json" };
const folder = join(import.meta.dirname, "..", "..", "..", "test-results");

export async function recordAll(url: string, aors: readonly string[]): Promise<void> {
  for (const aor of aors) {
    const body = JSON.stringify({ seconds: 86_400, bodies: true });
    const answer = await fetch(`${url}/v1/accounts/${aor}/recording`, { method: "PUT", headers, body });
    if (!answer.ok) throw new Error(`nothing is recorded for ${aor}: ${answer.status}`);
  }
}

const ladder = async (url: string, aor: string, callId: string): Promise<string> => {
  const path = `/v1/accounts/${aor}/ladders/${encodeURIComponent(callId)}/export?format=text`;
  return (await fetch(`${url}${path}`, { headers })).text();
};

/** The ladder of a call; where it is kept. */
export async function keepCall(url: string, aor: string, callId: string): Promise<string> {
  return keep(callId, await ladder(url, aor, callId));
}

/** All that home has of a message, under whatever Call-ID: what was stored has one of its own when it is sent. */
export async function keepMessage(url: string, aor: string, name: string): Promise<string> {
  const found: string[] = [];
  for (const callId of await messagesAt(url, aor)) {
    const text = await ladder(url, aor, callId);
    if (text.split("\n").includes(name)) found.push(text);
  }
  return keep(`${name}-${aor}`, found.join("\n"));
}

interface Page {
  readonly exchanges: readonly { readonly callId: string; readonly method: string }[];
  readonly next?: string;
}

async function messagesAt(url: string, aor: string): Promise<readonly string[]> {
  const callIds: string[] = [];
  for (let before = ""; ; ) {
    const query = before === "" ? "limit=200" : `limit=200&before=${before}`;
    const answer = await fetch(`${url}/v1/accounts/${aor}/recording/exchanges?${query}`, { headers });
    const { exchanges, next } = (await answer.json()) as Page;
    callIds.push(...exchanges.flatMap(({ callId, method }) => (method === "MESSAGE" ? [callId] : [])));
    if (next === undefined) return callIds;
    before = next;
  }
}

function keep(name: string, text: string): string {
  const file = join(folder, `chaos-${name.replace(/\W/g, "_")}.txt`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text);
  return file;
}
