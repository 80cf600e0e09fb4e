// The Worker's whole HTTP over virtual homes: the administration, users' own calls, and XCAP. Paths, queries, headers and
// bodies near those that are right, by somebody who may, and by somebody who may not; meanwhile users call and write each other.

import { createHmac } from "node:crypto";
import { verifyToken } from "../../durable-objects/host/token-verifier";
import { epochMs } from "../../src/base/brand";
import { configurationOf } from "../../src/env";
import { createApp } from "../../src/http/app";
import type { Gateway } from "../../src/http/app-env";
import { call } from "../home/support/call";
import { type Client, registered } from "../home/support/client";
import { textOf } from "../home/support/sip-text";
import { VirtualNetwork } from "../home/support/virtual-network";
import { putXcap } from "../home/support/xcap";
import { check, type FuzzCase, type FuzzTarget } from "./case";
import type { Corpus } from "./corpus";
import { marker } from "./fields";
import { responseOf } from "./grammar";
import { smallSettings } from "./home-target";
import { type Asked, apiRequest } from "./http-requests";
import { judgeFrame, noteFields } from "./judge-frame";
import { judgeRows, judgeState } from "./judge-state";
import type { Random } from "./random";
import { virtualObjects } from "./virtual-objects";
import { xcapRequest } from "./xcap-requests";

const adminToken = "the-fuzzers-admin-token";
const tokenSecret = "the-fuzzers-token-secret";
const variables = { REALMS: "example.com,example.net", ADMIN_TOKEN: adminToken, TOKEN_SECRET: tokenSecret };
const users = ["alice@example.com", "bob@example.com", "mallory@example.net"] as const;
const tokens = new Map<string, string>(users.map((user) => [user, tokenFor(user)]));

function tokenFor(user: string): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ sub: user, exp: 4_000_000_000 })}`;
  return `${signed}.${createHmac("sha256", tokenSecret).update(signed).digest("base64url")}`;
}

/** One for `xcap` alone: it is the bulk of what a user can write. */
export const httpTarget = (corpus: Corpus, only?: "xcap"): FuzzTarget => ({
  name: only ?? "http",
  steps: 100,
  begin: () => new Requests(corpus, only !== undefined),
});

const app = createApp();

/** Later than any clock that reads it: what the Worker asks its own clock has not expired. */
const firstMoment = Date.UTC(2090, 0, 1);
/** Stands in the documents of everybody but the first user. */
const private_ = "pr1vate-to-others";

class Requests implements FuzzCase {
  readonly #corpus: Corpus;
  readonly #isXcapOnly: boolean;
  readonly #network = new VirtualNetwork({ settings: smallSettings });
  readonly #gateway: Gateway;
  readonly #clients: readonly Client[];
  readonly #told = { values: [] as string[], cookies: [] as string[] };
  #etag = '"x"';
  #judged = 0;
  readonly #legitimate = new Set<string>();

  constructor(corpus: Corpus, isXcapOnly: boolean) {
    this.#corpus = corpus;
    this.#isXcapOnly = isXcapOnly;
    this.#network.now = firstMoment;
    this.#network.withAccounts(...users);
    this.#clients = users
      .slice(0, 2)
      .map((user) =>
        registered(this.#network, user, user.slice(0, 3), { instance: "urn:uuid:1", answers: () => 200 }),
      );
    for (const user of users.slice(1)) putXcap(this.#network, user, "resource-lists/index", privateLists);
    this.#gateway = {
      configuration: configurationOf(variables),
      objects: virtualObjects(this.#network),
      verifyToken,
      entropy: this.#network.ports.entropy,
      keyring: () => Promise.resolve(this.#network.ports.keyring),
      fetch: () => Promise.reject(new Error("nobody is asked on the Internet")),
      assets: { fetch: () => Promise.resolve(new Response("page")) },
    };
  }

  async step(random: Random): Promise<number> {
    this.#network.advance(1000);
    if (random.once(10)) this.#talk(random);
    const asked =
      this.#isXcapOnly || random.once(3)
        ? xcapRequest(random, this.#corpus, tokens, this.#etag)
        : apiRequest(random, this.#corpus, tokens, adminToken, this.#told);
    const before = this.#documents();
    const response = await this.#ask(asked);
    if (response === undefined) return 0;
    const text = await this.#judge(response, asked);
    // Of a path with dots in it the client makes another.
    if (new URL(`https://example.com${asked.target}`).pathname.startsWith("/xcap/")) {
      this.#judgeDocuments(asked, text, before);
      if (asked.method === "PUT" && response.ok) await this.#readBack(asked);
    }
    const { wire } = this.#network;
    for (; this.#judged < wire.length; this.#judged++) {
      const sent = wire[this.#judged];
      if (sent?.isFromClient === false) judgeFrame(sent.frame, this.#legitimate);
      else if (sent !== undefined) noteFields(sent.frame, this.#legitimate);
    }
    return asked.target.length + asked.body.length;
  }

  end(): void {
    const { homes, now, ports } = this.#network;
    for (const home of homes.values()) {
      judgeState(home, ports.settings);
      judgeRows(home, epochMs(now), ports.settings);
    }
  }

  async #ask({ method, target, headers, body }: Asked): Promise<Response | undefined> {
    const request = requestFor(method, target, headers, body);
    return request === undefined ? undefined : app.fetch(request, this.#gateway);
  }

  /** What the administrator then reads of: messages, calls, dialogs, subscriptions, presence. */
  #talk(random: Random): void {
    const client = random.pick(this.#clients);
    const other = random.pick(users);
    if (client.end.closed !== undefined) {
      client.connect();
      client.register();
    }
    switch (random.below(4)) {
      case 0:
        client.message(other, random.pick(["hello", "é", "\0", "<b>"]));
        return;
      case 1:
        call(client, other);
        return;
      case 2: {
        const request = client.end.frames.findLast((frame) => !textOf(frame).startsWith("SIP/"));
        const speaker = { user: client.user, contact: client.contact };
        if (request !== undefined) client.send(responseOf(random, textOf(request), speaker, this.#corpus));
        return;
      }
      default: {
        const lines = [
          `Event: ${random.pick(["presence", "xcap-diff", "reg"])}`,
          `Contact: <${client.contact}>`,
        ];
        client.send(client.text("SUBSCRIBE", `sip:${other}`, other, [...lines, "Expires: 600"]));
      }
    }
  }

  async #judge(response: Response, { target }: Asked): Promise<string> {
    const { status, headers } = response;
    const text = await response.text();
    check(status !== 500 && status >= 200 && status < 600, `${status} for`, target);
    this.#etag = headers.get("etag") ?? this.#etag;
    for (const [name, value] of headers) {
      const isOurs = !name.includes("smuggled") && !/[\r\n\0]/.test(value) && !value.includes(marker);
      check(isOurs, `header ${name} of`, [target, value]);
    }
    const origin = headers.get("access-control-allow-origin");
    check(!origin?.includes("evil"), "another origin is let in by", [target, origin]);
    const type = headers.get("content-type") ?? "";
    check(!type.includes("html"), "a page in answer to", target);
    // A 304 leaves a browser the header fields it has stored.
    check(
      status === 304 || headers.get("x-content-type-options") === "nosniff",
      "no nosniff in answer to",
      target,
    );
    check(text.length < 2_000_000, "a long answer to", target);
    check(Object.keys(Object.prototype).length === 0, "every object has a property more after", target);
    this.#learn(text, headers);
    return text;
  }

  /** Ids, tokens and cookies of an answer: what somebody would try next. */
  #learn(text: string, headers: Headers): void {
    const { values, cookies } = this.#told;
    for (const [, value = ""] of text.matchAll(/"(?:id|callId|token|device|next)":"([^"]{1,600})"/g)) {
      if (!values.includes(value)) values.push(value);
    }
    for (const cookie of headers.getSetCookie()) cookies.push(cookie.split(";", 1)[0] ?? "");
    values.splice(0, values.length - 40);
    cookies.splice(0, cookies.length - 8);
  }

  /** The documents of each user, by their names and entity tags. */
  #documents(): ReadonlyMap<string, string> {
    return new Map(
      users.map((user) => {
        const documents = [...(this.#network.homes.get(user)?.state.xcap ?? [])];
        return [user, JSON.stringify(documents.map(([key, { etag }]) => [key, etag]).toSorted())];
      }),
    );
  }

  /** Who may not has changed nothing and read nothing, whatever path he wrote. */
  #judgeDocuments({ target, headers }: Asked, text: string, before: ReadonlyMap<string, string>): void {
    const token = headers["authorization"]?.replace(/^Bearer /, "");
    const asker = users.find((user) => tokens.get(user) === token);
    for (const [user, documents] of this.#documents()) {
      check(user === asker || documents === before.get(user), `documents of ${user} are changed by`, [
        target,
        asker,
      ]);
    }
    const isOthers = asker !== undefined && asker !== users[0];
    check(isOthers || !text.includes(private_), "what is private is told to", [asker, target, text]);
    for (const [key, { auid, name }] of this.#network.homes.get(asker ?? users[0])?.state.xcap ?? []) {
      const segments = name.split("/");
      const isName = segments.every((each) => !/^\.{0,2}$/.test(each) && each.length <= 256);
      check(isName && key === `${auid} ${name}` && !/\p{Cc}/u.test(key), "a document has no name:", [
        key,
        target,
      ]);
    }
  }

  /** RFC 4825 §8.2.3: what was put is what is there. */
  async #readBack(asked: Asked): Promise<void> {
    const { authorization = "" } = asked.headers;
    const response = await this.#ask({ ...asked, method: "GET", headers: { authorization }, body: "" });
    const text = (await response?.text()) ?? "";
    const isDocument = !asked.target.includes("~~");
    const isThere = response?.ok === true && (!isDocument || text === asked.body.toWellFormed());
    check(isThere, "what was put is not there:", [asked, response?.status, text]);
    const key = keyOf(asked.target);
    const isNamed = users.some((user) => this.#network.homes.get(user)?.state.xcap.has(key) === true);
    check(isNamed, "what was put is under another name than its path has:", [asked.target, key]);
  }
}

/** RFC 4825 §6, RFC 3986 §2.2: the path is taken apart before anything in it is decoded. */
function keyOf(target: string): string {
  const { pathname } = new URL(`https://example.com${target}`);
  const [auid, , , ...names] = pathname.slice("/xcap/".length).split("/").map(decodeURIComponent);
  const end = names.indexOf("~~");
  const own = end < 0 ? names : names.slice(0, end);
  return own.some((name) => name.includes("/")) ? "none" : `${auid} ${own.join("/")}`;
}

const privateLists =
  '<?xml version="1.0"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">' +
  `<list name="friends"><entry uri="sip:${private_}@example.com"/></list></resource-lists>`;

/** Undefined for what no client of HTTP can send. */
function requestFor(
  method: string,
  target: string,
  headers: Asked["headers"],
  body: string,
): Request | undefined {
  try {
    const hasBody = method !== "GET" && method !== "HEAD";
    return new Request(`https://example.com${target}`, { method, headers, ...(hasBody ? { body } : {}) });
  } catch {
    return undefined;
  }
}
