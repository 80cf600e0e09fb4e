// A client that registers: REGISTER, the answer to its challenge, and what came of it.

import { createKeyring } from "../../../durable-objects/host/keyring";
import { answerChallenge } from "../../../src/auth/answer-challenge";
import { headerValues } from "../../../src/sip/message";
import { parseText } from "../../../src/sip/parser";
import type { RecordedSocket } from "./recorded-socket";

const { hash } = createKeyring("the hash function alone");

/** The text of a REGISTER for an AoR of example.com, from a device of its own. */
export function register(aor: string, cseq = 1, extra = ""): string {
  return `REGISTER sip:example.com SIP/2.0\r
Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK${cseq}sdasks\r
From: <sip:${aor}>;tag=asdyka899\r
To: <sip:${aor}>\r
Call-ID: asidkj3ss\r
CSeq: ${cseq} REGISTER\r
Contact: <sip:k3j2h4@df7jal23ls0d.invalid;transport=ws>;+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>"\r
User-Agent: JsSIP 3.13.8\r
Max-Forwards: 70\r
${extra}Content-Length: 0\r
\r
`;
}

export const statusLine = (text: string): string => text.split("\r\n", 1)[0] ?? "";

/** Registers with a password; the status line of the final answer. A stock browser client knows MD5 alone. */
export async function logIn(
  socket: RecordedSocket,
  aor: string,
  password: string,
  algorithm = "",
): Promise<string> {
  socket.send(register(aor));
  const challenged = parseText(await socket.text());
  if (!challenged.ok) throw new Error(challenged.error);
  const authorization = answerChallenge(
    hash,
    headerValues(challenged.value, "www-authenticate").filter((value) => value.includes(algorithm)),
    { username: aor.slice(0, aor.indexOf("@")), password },
    { method: "REGISTER", requestUri: "sip:example.com", body: "" },
    { nc: 1, cnonce: "0a4f113b" },
  );
  socket.send(register(aor, 2, `Authorization: ${authorization}\r\n`));
  return statusLine(await socket.text());
}

/** The 200 to a request that came in on the socket. */
export function okTo(request: string): string {
  const copied = request.split("\r\n").filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/i.test(line));
  return ["SIP/2.0 200 OK", ...copied, "Content-Length: 0", "", ""]
    .join("\r\n")
    .replace(/^(To:(?!.*;tag=).*)$/im, "$1;tag=c4ll33");
}
