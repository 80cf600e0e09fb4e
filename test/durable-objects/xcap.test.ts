// XCAP (RFC 4825) over HTTP, through the Worker, at real homes. What the engine answers is in test/xcap; here it crosses
// HTTP, the login and the object's border.

import { beforeAll, describe, expect, it, vi } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { answerChallenge } from "../../src/auth/answer-challenge";
import { body, headerValue } from "../../src/sip/message";
import { hibernate, makeAccount, online, password, rowsWritten, tablesOf } from "./support/homes";
import { fetchWorker, tokenFor } from "./support/worker";

const { hash } = createKeyring("the hash function alone");

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

const listsType = { "Content-Type": "application/resource-lists+xml" };
const lists = (...entries: readonly string[]): string =>
  '<?xml version="1.0" encoding="UTF-8"?>\n<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">\n' +
  `  <list name="friends">${entries.map((uri) => `<entry uri="${uri}"/>`).join("")}</list>\n</resource-lists>`;
const bob = "sip:bob@example.com";
const carol = "sip:carol@example.com";

const documentOf = (aor: string, name = "resource-lists"): string => `/xcap/${name}/users/sip:${aor}/index`;

interface Request {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
}

const kept = (_aor: string): Promise<void> => Promise.resolve();

describe.each([
  ["in memory", kept],
  ["evicted between any two steps", hibernate],
])("XCAP over HTTP, homes %s", (kind, evict) => {
  const account = (user: string): Promise<string> => makeAccount(`${user}xcap${kind.length}@example.com`);

  async function ask(
    aor: string,
    method: string,
    target: string,
    { headers = {}, body }: Request = {},
  ): Promise<Response> {
    await evict(aor);
    const authorization = `Bearer ${await tokenFor(aor)}`;
    const init = { method, headers: { Authorization: authorization, ...headers } };
    return fetchWorker(target, body === undefined ? init : { ...init, body });
  }

  const put = (aor: string, body: BodyInit, headers = {}): Promise<Response> =>
    ask(aor, "PUT", documentOf(aor), { headers: { ...listsType, ...headers }, body });

  const tagOf = (response: Response): string => response.headers.get("etag") ?? "";

  async function byDigest(
    aor: string,
    given: string,
    { method = "GET", target = documentOf(aor), tries = 1 } = {},
  ): Promise<Response> {
    let response = await fetchWorker(target, { method });
    for (let at = 0; at < tries; at++) {
      await evict(aor);
      const challenge = response.headers.get("www-authenticate") ?? "";
      const identity = { username: aor.slice(0, aor.indexOf("@")), password: given };
      const asked = { method, requestUri: target, body: "" };
      const answer = answerChallenge(hash, [challenge], identity, asked, { nc: 1, cnonce: "0a4f113b" });
      response = await fetchWorker(target, { method, headers: { Authorization: answer ?? "" } });
    }
    return response;
  }

  it("§8.1, §8.3: a document is put, and got as it was put, to the octet", async () => {
    const aor = await account("a");
    const created = await put(aor, lists(bob));
    expect([created.status, await created.text()]).toEqual([201, ""]);
    const got = await ask(aor, "GET", documentOf(aor));
    expect(got.status).toBe(200);
    expect(got.headers.get("content-type")).toBe("application/resource-lists+xml");
    expect(tagOf(got)).toMatch(/^"[^"]+"$/);
    expect(tagOf(got)).toBe(tagOf(created));
    expect(await got.text()).toBe(lists(bob));
    const head = await ask(aor, "HEAD", documentOf(aor));
    expect([head.status, tagOf(head), await head.text()]).toEqual([200, tagOf(got), ""]);
  });

  it("§8: the first answer is a challenge for digest, and the same for a name nobody has", async () => {
    const aor = await account("b");
    const masked = async (name: string) => {
      const response = await fetchWorker(documentOf(name));
      const challenge = response.headers.get("www-authenticate") ?? "";
      return [response.status, challenge.replaceAll(/nonce="[^"]*"/g, 'nonce=""')];
    };
    const challenged = await masked(aor);
    expect(challenged).toEqual([
      401,
      'Bearer realm="example.com", Digest realm="example.com", nonce="", qop="auth", algorithm=SHA-256, ' +
        'Digest realm="example.com", nonce="", qop="auth", algorithm=MD5',
    ]);
    const nobody = `nobody${kind.length}@example.com`;
    expect(await masked(nobody)).toEqual(challenged);
    expect(await tablesOf(nobody)).toEqual([]);
  });

  it("§8: by digest, with the user's SIP password", async () => {
    const aor = await account("c");
    await put(aor, lists(bob));
    const response = await byDigest(aor, password);
    expect([response.status, await response.text()]).toEqual([200, lists(bob)]);
    expect((await byDigest(aor, "guess")).status).toBe(401);
  });

  it("§5.7: another user's tree is 403, for whoever logs in, whether or not it is anybody's", async () => {
    const [aor, other] = [await account("d"), await account("e")];
    await put(other, lists(bob));
    expect((await ask(aor, "GET", documentOf(other))).status).toBe(403);
    expect((await ask(aor, "GET", documentOf("free@example.com"))).status).toBe(403);
    expect((await ask(aor, "DELETE", documentOf(other))).status).toBe(403);
    // Two tries: the first nonce was the other home's.
    expect((await byDigest(aor, password, { target: documentOf(other), tries: 2 })).status).toBe(403);
    expect((await ask(other, "GET", documentOf(other))).status).toBe(200);
  });

  it("a name that no realm of ours has, or that is no address, is 403", async () => {
    for (const name of ["alice@elsewhere.org", "alice"]) {
      expect((await fetchWorker(`/xcap/resource-lists/users/${name}/index`)).status).toBe(403);
    }
  });

  it("§8.2.6, §8.5: conditions", async () => {
    const aor = await account("f");
    expect((await put(aor, lists(bob), { "If-None-Match": "*" })).status).toBe(201);
    expect((await put(aor, lists(carol), { "If-None-Match": "*" })).status).toBe(412);
    const first = tagOf(await ask(aor, "GET", documentOf(aor)));
    const changed = await put(aor, lists(carol), { "If-Match": first });
    expect([changed.status, tagOf(changed) === first]).toEqual([200, false]);
    expect((await put(aor, lists(bob), { "If-Match": first })).status).toBe(412);
    const unchanged = await ask(aor, "GET", documentOf(aor), {
      headers: { "If-None-Match": tagOf(changed) },
    });
    expect([unchanged.status, tagOf(unchanged)]).toEqual([304, tagOf(changed)]);
    const removed = await ask(aor, "DELETE", documentOf(aor), { headers: { "If-Match": tagOf(changed) } });
    expect(removed.status).toBe(200);
    const gone = await ask(aor, "GET", documentOf(aor));
    expect([gone.status, gone.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  });

  it("§7.4, §8.2: an element is added, got and removed", async () => {
    const aor = await account("g");
    await put(aor, lists(bob));
    const node = `${documentOf(aor)}/~~/resource-lists/list%5b@name=%22friends%22%5d/entry%5b@uri=%22${carol}%22%5d`;
    const headers = { "Content-Type": "application/xcap-el+xml" };
    const added = await ask(aor, "PUT", node, { headers, body: `<entry uri="${carol}"/>` });
    expect(added.status).toBe(201);
    const got = await ask(aor, "GET", node);
    expect([got.headers.get("content-type"), await got.text()]).toEqual([
      "application/xcap-el+xml",
      `<entry uri="${carol}"/>`,
    ]);
    expect(tagOf(got)).toBe(tagOf(added));
    expect((await ask(aor, "DELETE", node)).status).toBe(200);
    expect(await (await ask(aor, "GET", documentOf(aor))).text()).toBe(lists(bob));
  });

  it("§8.2.2, §11: what is wrong with a body is said as XCAP says it", async () => {
    const aor = await account("h");
    const wrong = async (body: BodyInit, headers = {}) => {
      const response = await put(aor, body, headers);
      const named = /<xcap-error[^>]*>\s*<([a-z0-9-]+)/.exec(await response.text())?.[1];
      return [response.status, response.headers.get("content-type"), named];
    };
    const error = "application/xcap-error+xml";
    expect(await wrong("<resource-lists")).toEqual([409, error, "not-well-formed"]);
    expect(await wrong("<a/>")).toEqual([409, error, "schema-validation-error"]);
    expect(await wrong(Uint8Array.of(0x3c, 0xff, 0xfe))).toEqual([409, error, "not-utf-8"]);
    expect((await put(aor, lists(bob), { "Content-Type": "text/xml" })).status).toBe(415);
    expect((await put(aor, lists(bob), { "Content-Encoding": "gzip" })).status).toBe(415);
    expect((await put(aor, "x".repeat(65 * 1024))).status).toBe(413);
    expect((await put(aor, "x".repeat(200 * 1024))).status).toBe(413);
    expect((await ask(aor, "GET", documentOf(aor))).status).toBe(404);
  });

  it("a login comes first: a stranger's body changes nothing and learns nothing", async () => {
    const aor = await account("i");
    await put(aor, lists(bob));
    await evict(aor);
    const before = await rowsWritten(aor);
    const body = lists(carol);
    expect((await fetchWorker(documentOf(aor), { method: "PUT", headers: listsType, body })).status).toBe(
      401,
    );
    const headers = { ...listsType, Authorization: "Digest nonsense" };
    expect((await fetchWorker(documentOf(aor), { method: "PUT", headers, body })).status).toBe(401);
    expect(await rowsWritten(aor)).toBe(before);
    expect(await (await ask(aor, "GET", documentOf(aor))).text()).toBe(lists(bob));
  });

  it("RFC 9111, RFC 9110 §7.7: kept by the client alone, and changed by nobody on the way", async () => {
    const aor = await account("j");
    await put(aor, lists(bob));
    const got = await ask(aor, "GET", documentOf(aor));
    expect(got.headers.get("cache-control")).toBe("private, no-cache, no-transform");
    expect(got.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("a user's documents are listed in OMA's directory", async () => {
    const aor = await account("k");
    await put(aor, lists(bob));
    const target = `/xcap/org.openmobilealliance.xcap-directory/users/sip:${aor}/directory.xml`;
    const got = await ask(aor, "GET", target);
    expect(await got.text()).toContain(
      `uri="https://sip.example.com/xcap/resource-lists/users/sip:${aor}/index"`,
    );
  });

  it("RFC 4826 §4.4.5: a service is called after its owner, or outside of the realm", async () => {
    const aor = await account("l");
    const [user = "", host = ""] = aor.split("@");
    const serve = async (uri: string) => {
      const body =
        '<rls-services xmlns="urn:ietf:params:xml:ns:rls-services" xmlns:rl="urn:ietf:params:xml:ns:resource-lists">' +
        `<service uri="${uri}"><list><rl:entry uri="${bob}"/></list></service></rls-services>`;
      const headers = { "Content-Type": "application/rls-services+xml" };
      return (await ask(aor, "PUT", documentOf(aor, "rls-services"), { headers, body })).status;
    };
    expect(await serve("sip:somebody@example.com")).toBe(409);
    expect(await serve(`sip:${aor}`)).toBe(409);
    expect(await serve(`sip:${user}+@${host}`)).toBe(409);
    expect(await serve(`sip:${user}friends@${host}`)).toBe(409);
    expect(await serve(`sip:${user}+friends@${host}`)).toBe(201);
    expect(await serve(`sip:${aor};pres-list=friends`)).toBe(200);
    expect(await serve("sip:list@lists.example.org")).toBe(200);
  });

  it("RFC 5025: rules that are put end a live subscription, at the home and on the watcher's socket", async () => {
    const [aor, other] = [await account("m"), await account("n")];
    const watcher = await online(other);
    expect((await watcher.subscribe(aor)).status).toBe(200);
    const first = await watcher.take("NOTIFY");
    expect(headerValue(first, "subscription-state")).toMatch(/^active/);
    const body =
      '<cr:ruleset xmlns:cr="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules">' +
      `<cr:rule id="a"><cr:conditions><cr:identity><cr:one id="sip:${other}"/></cr:identity></cr:conditions>` +
      "<cr:actions><pr:sub-handling>block</pr:sub-handling></cr:actions></cr:rule></cr:ruleset>";
    const headers = { "Content-Type": "application/auth-policy+xml" };
    expect((await ask(aor, "PUT", documentOf(aor, "pres-rules"), { headers, body })).status).toBe(201);
    const last = await watcher.take("NOTIFY");
    expect(headerValue(last, "subscription-state")).toBe("terminated;reason=rejected");
    watcher.hangUp();
  });
});

describe.each([
  ["in memory", kept],
  ["evicted between any two steps", hibernate],
])("RFC 5875: a user's other device is told of what one puts, homes %s", (kind, evict) => {
  it("from the XCAP root of his own socket, with entity tags that HTTP has", async () => {
    const aor = await makeAccount(`diff${kind.length}@example.com`);
    const phone = await online(aor);
    const subscribed = await phone.request("SUBSCRIBE", {
      uri: `sip:${aor}`,
      lines: [
        `Contact: <${phone.contact}>`,
        "Event: xcap-diff",
        "Expires: 600",
        "Content-Type: application/resource-lists+xml",
      ],
      body: lists(`resource-lists/users/sip:${aor}/`),
    });
    expect(subscribed.status).toBe(200);
    const first = await phone.take("NOTIFY");
    expect(body(first)).toContain('xcap-root="https://sip.example.com/xcap/"');
    const tags: string[] = [];
    const told: string[] = [];
    for (const uri of [bob, carol]) {
      await evict(aor);
      const headers = { ...listsType, Authorization: `Bearer ${await tokenFor(aor)}` };
      const put = await fetchWorker(documentOf(aor), { method: "PUT", headers, body: lists(uri) });
      tags.push((put.headers.get("etag") ?? "").replaceAll('"', ""));
      told.push(/<document[^>]*>/.exec(body(await phone.take("NOTIFY")))?.[0] ?? "");
    }
    const sel = `sel="resource-lists/users/sip:${aor}/index"`;
    expect(told).toEqual([
      `<document ${sel} new-etag="${tags[0]}"/>`,
      `<document previous-etag="${tags[0]}" ${sel} new-etag="${tags[1]}"/>`,
    ]);
    phone.hangUp();
  });
});

describe("the global tree (RFC 4825 §12), the methods (§8) and the origins of pages", () => {
  it("says what the server can do, to everybody", async () => {
    const response = await fetchWorker("/xcap/xcap-caps/global/index");
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "application/xcap-caps+xml",
    ]);
    expect(await response.text()).toContain("<auid>pres-rules</auid>");
    const again = { headers: { "If-None-Match": response.headers.get("etag") ?? "" } };
    expect((await fetchWorker("/xcap/xcap-caps/global/index", again)).status).toBe(304);
    const headers = { "Content-Type": "application/xcap-caps+xml" };
    const put = await fetchWorker("/xcap/xcap-caps/global/index", { method: "PUT", headers, body: "<a/>" });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect((await fetchWorker("/xcap/rls-services/global/index")).status).toBe(403);
  });

  it.each([
    ["/xcap/nothing/users/sip:alice@example.com", 404],
    ["/xcap/", 404],
    ["/xcap", 404],
    ["/xcap/resource-lists/users/%ff/index", 400],
    ["/xcap/xcap-caps/global/other", 404],
  ])("%s is %i, and a problem", async (target, status) => {
    const response = await fetchWorker(target);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      status,
      "application/problem+json",
    ]);
  });

  it("other methods are 405 with Allow; OPTIONS says which there are", async () => {
    const target = documentOf("alice@example.com");
    const post = await fetchWorker(target, { method: "POST", body: "" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD, PUT, DELETE"]);
    const options = await fetchWorker(target, { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, PUT, DELETE"]);
  });

  it("a page of the gateway's own origin may ask, with conditions, and sees the entity tag; another may not", async () => {
    const target = "/xcap/xcap-caps/global/index";
    const origin = "https://sip.example.com";
    const preflight = await fetchWorker(target, {
      method: "OPTIONS",
      headers: { Origin: origin, "Access-Control-Request-Method": "PUT" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toBe("GET, HEAD, PUT, DELETE");
    expect(preflight.headers.get("access-control-allow-headers")).toBe(
      "Authorization, Content-Type, If-Match, If-None-Match",
    );
    const got = await fetchWorker(target, { headers: { Origin: origin } });
    expect(got.headers.get("access-control-allow-origin")).toBe(origin);
    expect(got.headers.get("access-control-expose-headers")).toContain("ETag");
    const refused = await fetchWorker(target, { headers: { Origin: "https://elsewhere.example" } });
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  });
});
