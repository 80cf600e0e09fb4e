import { expect, it } from "vitest";
import type { Frame } from "../../src/sip/frame";
import type { XcapResponse } from "../../src/xcap/xcap-message";
import { type Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob } from "./support/pair";
import { bodyOf, headerOf, statusOf, textOf } from "./support/sip-text";
import type { VirtualNetwork } from "./support/virtual-network";
import { Watcher } from "./support/watcher";
import { askXcap, deleteXcap, putXcap } from "./support/xcap";

const joe = "joe@example.com";
const home = "resource-lists/users/sip:joe@example.com/";
const first = ["Event: xcap-diff", "Content-Type: application/resource-lists+xml"];

const selecting = (...uris: readonly string[]): string =>
  '<?xml version="1.0" encoding="UTF-8"?>\n<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">\n <list>\n' +
  `${uris.map((uri) => `  <entry uri="${uri}"/>\n`).join("")} </list>\n</resource-lists>`;

const lists = (content = ""): string =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${content}</resource-lists>`;

/** Joe, and what he subscribes with. */
function subscriber(open: OpenNetwork, answers: (request: Frame) => number | undefined = () => 200) {
  const network = open().withAccounts(joe, alice);
  const client = registered(network, joe, "joe-page", { answers });
  return { network, client };
}

class DiffWatcher extends Watcher {
  override text(expires: number, lines: readonly string[], toTag: string, body = this.selection): string {
    const names = { callId: this.callId, ...(toTag === "" ? {} : { toTag }) };
    const contact = `Contact: <${this.client.contact}>`;
    const all = [contact, `Expires: ${expires}`, ...lines];
    return this.client.text("SUBSCRIBE", `sip:${this.whom}`, this.whom, all, body, names);
  }
  selection = "";

  /** What the NOTIFYs said: the children of each xcap-diff document. */
  said(): readonly string[] {
    return this.notifies().map((frame) => {
      const [, inside = ""] =
        /<xcap-diff [^>]*xcap-root="https:\/\/example\.com\/xcap\/"[^>]*?(?:\/>|>(.*)<\/xcap-diff>)/s.exec(
          bodyOf(frame),
        ) ?? [undefined, "no document"];
      return inside;
    });
  }
}

function watching(client: Client, ...uris: readonly string[]): DiffWatcher {
  const watcher = new DiffWatcher(client, joe, `diff-${uris.join(" ").length}`);
  watcher.selection = selecting(...uris);
  expect(statusOf(watcher.subscribe(3600, first))).toBe(200);
  return watcher;
}

const etagOf = (network: VirtualNetwork, document = "resource-lists/index"): string => {
  const { headers }: XcapResponse = askXcap(network, joe, "HEAD", document);
  return headers.find(([name]) => name === "ETag")?.[1]?.replaceAll('"', "") ?? "";
};

const put = (network: VirtualNetwork, content: string, document = "resource-lists/index"): string => {
  expect(putXcap(network, joe, document, lists(content))).toBeLessThan(300);
  return etagOf(network, document);
};

const element = (network: VirtualNetwork, method: string, selector: string, body = ""): number =>
  askXcap(network, joe, method, `resource-lists/index/~~/${selector}`, {
    body,
    contentType: /@\w+$/.test(selector) ? "application/xcap-att+xml" : "application/xcap-el+xml",
  }).status;

describeWithEviction("RFC 5875 §4.4: the root of the documents", (open) => {
  it("is the origin that the subscriber's socket was opened to, with its port", () => {
    const network = open().withAccounts(joe);
    const facts = { scheme: "ws", host: "127.0.0.1:8787" } as const;
    const client = registered(network, joe, "joe-page", { answers: () => 200, facts });
    const root = "http://127.0.0.1:8787/xcap/";
    const watcher = new DiffWatcher(client, joe, "with-a-port");
    watcher.selection = selecting(`${root}resource-lists/users/sip:${joe}/index`);
    expect(statusOf(watcher.subscribe(3600, first))).toBe(200);
    askXcap(network, joe, "PUT", "resource-lists/index", { body: lists() });
    network.advance(1_000);
    const [last] = watcher.notifies().slice(-1);
    expect(bodyOf(last ?? "")).toContain(`xcap-root="${root}"`);
    expect(bodyOf(last ?? "")).toContain("new-etag=");
  });
});

describeWithEviction("RFC 5875 appendix A", (open) => {
  it("A.2: the first NOTIFY has the documents of a collection, and nobody else's", () => {
    const { network, client } = subscriber(open);
    putXcap(network, alice, "resource-lists/index", lists());
    const etag = put(network, "");
    const watcher = new DiffWatcher(client, joe);
    watcher.selection = selecting("resource-lists/users/");
    watcher.subscribe(3600, [...first, "Accept: application/xcap-diff+xml"]);
    const [notify] = watcher.notifies();
    expect(headerOf(notify, "Event")).toBe("xcap-diff");
    expect(headerOf(notify, "Content-Type")).toBe("application/xcap-diff+xml");
    expect(bodyOf(notify)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<xcap-diff xcap-root="https://example.com/xcap/" ' +
        `xmlns="urn:ietf:params:xml:ns:xcap-diff"><document sel="${home}index" new-etag="${etag}"/></xcap-diff>`,
    );
  });

  it("A.2: with Expires: 0 it is a listing, and nothing is kept", () => {
    const { network, client } = subscriber(open);
    const etag = put(network, "");
    const watcher = new DiffWatcher(client, joe);
    watcher.selection = selecting(home);
    watcher.subscribe(0, first);
    const [notify] = watcher.notifies();
    expect(headerOf(notify, "Subscription-State")).toBe("terminated;reason=timeout");
    expect(bodyOf(notify)).toContain(`<document sel="${home}index" new-etag="${etag}"/>`);
    expect(network.home(joe).state.subscriptions.size).toBe(0);
    expect(network.home(joe).state.xcapTold.size).toBe(0);
  });

  it("A.3: a document that is added is told alone; a refresh tells all", () => {
    const { network, client } = subscriber(open);
    const index = put(network, "");
    const watcher = watching(client, home);
    watcher.said();
    const another = put(network, "", "resource-lists/another_document");
    expect(watcher.said()).toEqual([`<document sel="${home}another_document" new-etag="${another}"/>`]);
    watcher.refresh(3600, first);
    expect(watcher.said()).toEqual([
      `<document sel="${home}another_document" new-etag="${another}"/><document sel="${home}index" new-etag="${index}"/>`,
    ]);
  });

  it("A.4: modifications, without patches, chain their entity-tags", () => {
    const { network, client } = subscriber(open);
    const before = put(network, '<list name="a"/>');
    const watcher = watching(client, `${home}index`);
    watcher.said();
    element(network, "PUT", 'resource-lists/list%5b@name="b"%5d', '<list name="b"/>');
    const middle = etagOf(network);
    network.advance(5_000);
    element(network, "PUT", 'resource-lists/list%5b@name="c"%5d', '<list name="c"/>');
    network.advance(5_000);
    const after = etagOf(network);
    expect(watcher.said()).toEqual([
      `<document previous-etag="${before}" sel="${home}index" new-etag="${middle}"/>`,
      `<document previous-etag="${middle}" sel="${home}index" new-etag="${after}"/>`,
    ]);
  });

  it("A.5: an attribute that is not there, comes, and is removed", () => {
    const { network, client } = subscriber(open);
    put(network, "<list/>");
    const sel = `${home}index/~~/resource-lists/list/@name`;
    const watcher = watching(client, sel);
    expect(watcher.said()).toEqual([""]);
    element(network, "PUT", "resource-lists/list", '<list name="bar"/>');
    network.advance(5_000);
    expect(watcher.said()).toEqual([`<attribute sel="${sel}">bar</attribute>`]);
    element(network, "DELETE", "resource-lists/list/@name");
    network.advance(5_000);
    expect(watcher.said()).toEqual([`<attribute sel="${sel}" exists="0"/>`]);
  });
});

describeWithEviction("RFC 5875 §4.7: what is told", (open) => {
  it("a removal once, with the entity-tag that was the last", () => {
    const { network, client } = subscriber(open);
    const etag = put(network, "");
    const watcher = watching(client, home);
    watcher.said();
    deleteXcap(network, joe, "resource-lists/index");
    network.advance(5_000);
    expect(watcher.said()).toEqual([`<document previous-etag="${etag}" sel="${home}index"/>`]);
    const other = put(network, "", "resource-lists/other");
    network.advance(5_000);
    expect(watcher.said()).toEqual([`<document sel="${home}other" new-etag="${other}"/>`]);
  });

  it("an element whose parent is removed is gone too; one that did not change is not told", () => {
    const { network, client } = subscriber(open);
    put(network, '<list name="a"><entry uri="sip:a@example.com"/></list><list name="b"/>');
    const sel = `${home}index/~~/resource-lists/list%5b@name='a'%5d/entry`;
    const watcher = watching(client, sel);
    expect(watcher.said()).toEqual([
      `<element sel="${sel}"><entry uri="sip:a@example.com" xmlns="urn:ietf:params:xml:ns:resource-lists"/></element>`,
    ]);
    element(network, "DELETE", 'resource-lists/list%5b@name="b"%5d');
    network.advance(5_000);
    expect(watcher.said()).toEqual([]);
    element(network, "DELETE", 'resource-lists/list%5b@name="a"%5d');
    network.advance(5_000);
    expect(watcher.said()).toEqual([`<element sel="${sel}" exists="0"/>`]);
  });

  it("a change of what was not selected is no news", () => {
    const { network, client } = subscriber(open);
    const watcher = watching(client, `${home}index`);
    expect(watcher.said()).toEqual([""]);
    put(network, "", "resource-lists/other");
    network.advance(5_000);
    expect(watcher.said()).toEqual([]);
  });

  it("a watcher whose page was away is told all on its return, and what is gone since he began", () => {
    const { network, client } = subscriber(open);
    put(network, "", "resource-lists/early");
    deleteXcap(network, joe, "resource-lists/early");
    const gone = put(network, "");
    const watcher = watching(client, home);
    watcher.said();
    client.close();
    network.advance(2_000);
    deleteXcap(network, joe, "resource-lists/index");
    network.advance(2_000);
    const other = put(network, "", "resource-lists/other");
    network.advance(2_000);
    client.connect();
    client.register();
    network.advance(5_000);
    expect(watcher.said().at(-1)).toBe(
      `<document previous-etag="${gone}" sel="${home}index"/><document sel="${home}other" new-etag="${other}"/>`,
    );
  });

  it("he is not told of what was gone before he began", () => {
    const { network, client } = subscriber(open);
    watching(client, home);
    put(network, "", "resource-lists/early");
    network.advance(2_000);
    deleteXcap(network, joe, "resource-lists/early");
    network.advance(2_000);
    const watcher = watching(client, `${home}early`, home);
    watcher.said();
    client.close();
    network.advance(2_000);
    const other = put(network, "", "resource-lists/other");
    network.advance(2_000);
    client.connect();
    client.register();
    network.advance(5_000);
    expect(watcher.said().at(-1)).toBe(`<document sel="${home}other" new-etag="${other}"/>`);
  });

  it("what nobody selects any more is not gone", () => {
    const { network, client } = subscriber(open);
    put(network, '<list name="a"/>');
    const watcher = watching(client, home);
    const other = watching(client, `${home}index/~~/resource-lists/list`);
    watcher.said();
    other.refresh(0, first);
    watcher.said();
    put(network, '<list name="b"/>');
    network.advance(5_000);
    expect(watcher.said()).toHaveLength(1);
    const { history } = network.home(joe).state.documents.get("xcap-diff") ?? {};
    expect(history?.removals).toEqual([]);
  });

  it("changes while a NOTIFY is under way follow its answer, from what it said", () => {
    const held: Frame[] = [];
    let isHolding = false;
    const { network, client } = subscriber(open, (request) => {
      if (isHolding) held.push(request);
      return isHolding ? undefined : 200;
    });
    const before = put(network, "");
    const watcher = watching(client, `${home}index`);
    watcher.said();
    isHolding = true;
    const second = put(network, '<list name="a"/>');
    network.advance(2_000);
    put(network, '<list name="b"/>');
    network.advance(2_000);
    const last = put(network, '<list name="c"/>');
    network.advance(2_000);
    isHolding = false;
    const [notify] = held;
    expect(textOf(notify)).toContain(`previous-etag="${before}" sel="${home}index" new-etag="${second}"`);
    client.answer(notify ?? "", 200);
    network.advance(2_000);
    expect(watcher.said().at(-1)).toBe(
      `<document previous-etag="${second}" sel="${home}index" new-etag="${last}"/>`,
    );
  });

  it("a refresh may bring another list, which replaces the first (§4.4); without one the first stays", () => {
    const { network, client } = subscriber(open);
    const index = put(network, "");
    const watcher = watching(client, home);
    watcher.said();
    watcher.selection = "";
    watcher.refresh(3600, ["Event: xcap-diff"]);
    expect(watcher.said()).toEqual([`<document sel="${home}index" new-etag="${index}"/>`]);
    watcher.selection = selecting("pres-rules/users/sip:joe@example.com/");
    watcher.refresh(3600, first);
    expect(watcher.said()).toEqual([""]);
    put(network, "<list/>");
    network.advance(5_000);
    expect(watcher.said()).toEqual([]);
  });

  it("the XUI may be written in any way that names the user (RFC 4825 §6.2)", () => {
    const { network, client } = subscriber(open);
    const etag = put(network, "");
    const uri = "/xcap/resource-lists/users/JOE@example.com/index";
    const watcher = watching(client, uri);
    // §4.6: octet by octet as it was subscribed to.
    expect(watcher.said()).toEqual([`<document sel="${uri}" new-etag="${etag}"/>`]);
  });

  it("elements that are too large for a NOTIFY are told as being there", () => {
    const { network, client } = subscriber(open);
    put(network, `<list name="${"x".repeat(20_000)}"/>`);
    const sel = `${home}index/~~/resource-lists/list`;
    expect(watching(client, sel).said()).toEqual([`<element sel="${sel}"/>`]);
    const large = (name: string) =>
      `<list name="${name}"><display-name>${"x".repeat(10_000)}</display-name></list>`;
    put(network, large("a") + large("b"));
    const both = [1, 2].map((at) => `${home}index/~~/resource-lists/list%5b${at}%5d`);
    const [together = ""] = watching(client, ...both).said();
    expect(together.length).toBeLessThan(16_000);
    expect(together).toContain(`<element sel="${both[1]}"/>`);
  });
});

describeWithEviction("RFC 5875 §4.4: what is refused", (open) => {
  it.each([
    ["no body", "", first, 400],
    ["a body of another type", "<a/>", ["Event: xcap-diff", "Content-Type: text/xml"], 415],
    ["a body that is no list", "<a/>", first, 400],
    [
      "more entries than are kept",
      selecting(...Array.from({ length: 65 }, (_, at) => `${home}${at}`)),
      first,
      400,
    ],
    [
      "more characters than are kept",
      selecting(...Array.from({ length: 60 }, (_, at) => `${at}${"x".repeat(400)}`)),
      first,
      413,
    ],
    ["an Accept without the type", selecting(home), [...first, "Accept: text/xml"], 406],
  ])("%s", (_what, body, lines, status) => {
    const { network, client } = subscriber(open);
    const watcher = new DiffWatcher(client, joe);
    watcher.selection = body;
    expect(statusOf(watcher.subscribe(3600, lines))).toBe(status);
    expect(network.home(joe).state.subscriptions.size).toBe(0);
  });

  it("anybody but the user himself", () => {
    const { network } = subscriber(open);
    network.withAccounts(bob);
    const client = registered(network, bob, "bob-page", { answers: () => 200 });
    const watcher = new DiffWatcher(client, joe);
    watcher.selection = selecting(home);
    expect(statusOf(watcher.subscribe(3600, first))).toBe(403);
  });
});
