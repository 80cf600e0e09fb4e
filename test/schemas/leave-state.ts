// People who leave one of everything behind in a gateway's objects, whatever its revision can: literal SIP over sockets.

import { headerValue } from "../../src/sip/message";
import { CallSide, talk } from "../support/call";
import { type Line, md5, Phone } from "../support/phone";
import { WebSocketLine } from "../support/web-socket-line";
import { type Left, pages, password, rules } from "./settings";

/** A line whose user writes down what he would send next. */
class DraftLine implements Line {
  readonly #line: Line;
  draft: string[] | undefined;

  constructor(line: Line) {
    this.#line = line;
  }

  send(data: string | Uint8Array): void {
    if (this.draft === undefined) this.#line.send(data);
    else this.draft.push(String(data));
  }

  close(code: number, reason?: string): void {
    this.#line.close(code, reason);
  }

  next(): ReturnType<Line["next"]> {
    return this.#line.next();
  }
}

export interface Revision {
  readonly url: string;
  readonly calls: boolean;
  readonly xcap: boolean;
}

export async function leaveState({ url, calls, xcap }: Revision): Promise<Left> {
  const lineFor = (aor: string): Promise<WebSocketLine> =>
    WebSocketLine.open(`${url.replace("http:", "ws:")}/?aor=${aor}`);
  const online = async (options: (typeof pages)[keyof typeof pages]) => {
    const line = new DraftLine(await lineFor(options.aor));
    const phone = new Phone(line, options);
    expectStatus(await phone.register(), 200);
    return { line, phone };
  };
  const alice = await online(pages.alice);
  const bob = await online(pages.bob);
  const carol = await online(pages.carol);

  const published = expectStatus(await bob.phone.publish("here since then"), 200);
  if (xcap) await putRules(url);
  const subscribed = alice.phone.format("SUBSCRIBE", {
    uri: `sip:${pages.bob.aor}`,
    lines: [`Contact: <${alice.phone.contact}>`, "Event: presence", "Expires: 600"],
  });
  alice.phone.send(subscribed.text);
  const accepted = await alice.phone.responseTo(subscribed.callId, `${subscribed.cseq} SUBSCRIBE`);
  expectStatus(accepted, 200);
  await alice.phone.take("NOTIFY");
  const draft = (write: () => void): string => {
    alice.line.draft = [];
    write();
    const [text = ""] = alice.line.draft;
    alice.line.draft = undefined;
    return text;
  };
  const watching = CallSide.ofCaller(alice.phone, accepted);
  const subscribe = draft(() =>
    watching.send("SUBSCRIBE", [`Contact: <${alice.phone.contact}>`, "Event: presence", "Expires: 600"]),
  );

  bob.phone.hangUp();
  await bob.phone.closed();
  const stored = await carol.phone.message(pages.bob.aor, "stored then");
  expectStatus(stored, 202);

  const left = { at: Date.now(), subscribe, entityTag: headerValue(published, "sip-etag") ?? "" };
  if (!calls) return left;
  const { caller } = await talk(alice.phone, carol.phone);
  return { ...left, bye: draft(() => caller.send("BYE")) };
}

function expectStatus<Response extends { readonly status: number }>(
  response: Response,
  status: number,
): Response {
  if (response.status !== status) throw new Error(`${response.status} where ${status} was expected`);
  return response;
}

/** RFC 4825 with HTTP digest (RFC 7616), MD5. */
async function putRules(url: string): Promise<void> {
  const path = `/xcap/pres-rules/users/sip:${pages.bob.aor}/index`;
  const put = (authorization: Record<string, string>): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: "PUT",
      headers: { "Content-Type": "application/auth-policy+xml", ...authorization },
      body: rules,
    });
  const asked = (await put({})).headers.get("www-authenticate") ?? "";
  const field = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(asked)?.[1] ?? "";
  const [realm, nonce] = [field("realm"), field("nonce")];
  const proof = md5(`${md5(`bob:${realm}:${password}`)}:${nonce}:00000001:ab:auth:${md5(`PUT:${path}`)}`);
  const authorization =
    `Digest username="bob", realm="${realm}", nonce="${nonce}", uri="${path}", response="${proof}", ` +
    `algorithm=MD5, qop=auth, nc=00000001, cnonce="ab"`;
  const { status } = await put({ Authorization: authorization });
  if (status !== 201) throw new Error(`XCAP: ${status}`);
}
