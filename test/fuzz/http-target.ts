// The Worker's whole HTTP over virtual homes: the administration, users' own calls, and XCAP. Paths, queries, headers and
// bodies near those that are right, by somebody who may, and by somebody who may not.

import { createHmac } from "node:crypto";
import { verifyToken } from "../../durable-objects/host/token-verifier";
import { configurationOf } from "../../src/env";
import { createApp } from "../../src/http/app";
import type { Gateway } from "../../src/http/app-env";
import { registered } from "../home/support/client";
import { VirtualNetwork } from "../home/support/virtual-network";
import { check, type FuzzCase, type FuzzTarget } from "./case";
import type { Corpus } from "./corpus";
import { smallSettings } from "./home-target";
import { type Asked, apiRequest, xcapRequest } from "./http-requests";
import { judgeFrame } from "./judge-frame";
import { judgeState } from "./judge-state";
import type { Random } from "./random";
import { virtualObjects } from "./virtual-objects";

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

class Requests implements FuzzCase {
  readonly #corpus: Corpus;
  readonly #isXcapOnly: boolean;
  readonly #network = new VirtualNetwork({ settings: smallSettings });
  readonly #gateway: Gateway;
  #etag = '"x"';
  #judged = 0;

  constructor(corpus: Corpus, isXcapOnly: boolean) {
    this.#corpus = corpus;
    this.#isXcapOnly = isXcapOnly;
    this.#network.withAccounts(...users);
    for (const user of users.slice(0, 2)) {
      registered(this.#network, user, user.slice(0, 3), { instance: "urn:uuid:1", answers: () => 200 });
    }
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
    const { method, target, headers, body } =
      this.#isXcapOnly || random.once(3)
        ? xcapRequest(random, this.#corpus, tokens, this.#etag)
        : apiRequest(random, this.#corpus, tokens, adminToken);
    const request = requestFor(method, target, headers, body);
    if (request === undefined) return 0;
    const response = await app.fetch(request, this.#gateway);
    await this.#judge(response, target);
    const { wire } = this.#network;
    for (; this.#judged < wire.length; this.#judged++) {
      const sent = wire[this.#judged];
      if (sent?.isFromClient === false) judgeFrame(sent.frame, new Set());
    }
    return target.length + body.length;
  }

  end(): void {
    for (const home of this.#network.homes.values()) judgeState(home, this.#network.ports.settings);
  }

  async #judge(response: Response, target: string): Promise<void> {
    const { status, headers } = response;
    const text = await response.text();
    check(status !== 500 && status >= 200 && status < 600, `${status} for`, target);
    this.#etag = headers.get("etag") ?? this.#etag;
    for (const [name, value] of headers) {
      check(!name.includes("smuggled") && !/[\r\n\0]/.test(value), `header ${name} of`, target);
    }
    const type = headers.get("content-type") ?? "";
    check(!type.includes("html"), "a page in answer to", target);
    // A 304 leaves a browser the header fields it has stored.
    check(
      status === 304 || headers.get("x-content-type-options") === "nosniff",
      "no nosniff in answer to",
      target,
    );
    check(text.length < 2_000_000, "a long answer to", target);
  }
}

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
