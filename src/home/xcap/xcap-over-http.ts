// XCAP over HTTP at the home of the user whose login it carries (RFC 4825 §8: first authentication, then all else).

import type { HttpLogin } from "../../contracts/user-authentication";
import type { XcapAnswer, XcapCall } from "../../contracts/xcap-access";
import { notUtf8 } from "../../xcap/xcap-message";
import { authenticateHttp } from "../http-authentication";
import type { Turn } from "../turn";
import { serveXcapRequest } from "./xcap-documents";

export function answerXcap(turn: Turn, login: HttpLogin, call: XcapCall): XcapAnswer {
  const judged = authenticateHttp(turn, login);
  if (judged.kind !== "authenticated") return judged;
  const { xcapRoot, body, ...request } = call;
  const {
    status,
    headers,
    body: text,
  } = body === undefined ? notUtf8() : serveXcapRequest(turn, { ...request, body }, xcapRoot);
  const answer = { kind: "answered", status, headers: Object.fromEntries(headers) } as const;
  return text === undefined ? answer : { ...answer, body: text };
}
