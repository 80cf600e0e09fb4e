import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seconds } from "../../../src/base/brand";
import {
  composeWatcherInfo,
  presenceWinfo,
  stepWatcher,
  type WatcherEntry,
  type WatcherEvent,
  type WatcherStatus,
} from "../../../src/events/packages/presence-winfo";
import { allowEvents } from "../../../src/events/supported-packages";
import { attribute, elementsOf, text } from "../../../src/xml/read";
import { carried, hostileText } from "../../support/hostile-text";
import { printed, rootOf, treeOf } from "./document-tree";

const statuses: readonly WatcherStatus[] = ["pending", "active", "waiting", "terminated"];
const events: readonly WatcherEvent[] = [
  ...(["subscribe", "approved", "deactivated", "probation"] as const),
  ...(["rejected", "timeout", "giveup", "noresource"] as const),
];

describe("RFC 3858 §5: the printed document", () => {
  it("comes out of its data", () => {
    const document = composeWatcherInfo({
      resource: "sip:professor@example.net",
      package: "presence",
      version: 0,
      watchers: [
        {
          id: "8ajksjda7s",
          uri: "sip:userA@example.net",
          status: "active",
          event: "approved",
          durationSubscribed: seconds(509),
        },
        {
          id: "hh8juja87s997-ass7",
          uri: "sip:userB@example.org",
          displayName: "Mr. Subscriber",
          status: "pending",
          event: "subscribe",
        },
      ],
    });
    expect(treeOf(document)).toEqual(treeOf(printed("watcherinfo-rfc3858-5-01")));
  });
});

describe("RFC 3858 §3", () => {
  it("a user whom nobody watches has an empty list, not none", () => {
    const info = { resource: "sip:alice@example.com", package: "presence", version: 7, watchers: [] };
    expect(composeWatcherInfo(info)).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<watcherinfo version="7" state="full" xmlns="urn:ietf:params:xml:ns:watcherinfo">` +
        `<watcher-list resource="sip:alice@example.com" package="presence"/></watcherinfo>`,
    );
  });

  it("whatever names and URIs are, the document is read back as it was meant", () => {
    const watcher: fc.Arbitrary<WatcherEntry> = fc.record(
      {
        id: hostileText,
        uri: hostileText,
        status: fc.constantFrom(...statuses),
        event: fc.constantFrom(...events),
        displayName: hostileText,
        expiration: fc.nat().map(seconds),
      },
      { requiredKeys: ["id", "uri", "status", "event"] },
    );
    fc.assert(
      fc.property(hostileText, fc.array(watcher, { maxLength: 4 }), (resource, watchers) => {
        const document = composeWatcherInfo({ resource, package: "presence", version: 1, watchers });
        const [list, ...others] = elementsOf(rootOf(document));
        if (list === undefined) throw new Error("no list");
        expect([others.length, attribute(list, "resource")]).toEqual([0, carried(resource)]);
        const back = elementsOf(list).map((element) => ({
          id: attribute(element, "id"),
          uri: text(element),
          status: attribute(element, "status"),
          event: attribute(element, "event"),
          displayName: attribute(element, "display-name"),
          expiration: attribute(element, "expiration"),
        }));
        expect(back).toEqual(
          watchers.map(({ id, uri, status, event, displayName, expiration }) => ({
            id: carried(id),
            uri: carried(uri),
            status,
            event,
            displayName: displayName === undefined ? undefined : carried(displayName),
            expiration: expiration === undefined ? undefined : String(expiration),
          })),
        );
      }),
    );
  });
});

describe("RFC 3857 §4.7.1, figure 1", () => {
  const arrows: Readonly<Record<WatcherStatus, Partial<Record<WatcherEvent, WatcherStatus>>>> = {
    pending: {
      approved: "active",
      timeout: "waiting",
      noresource: "terminated",
      rejected: "terminated",
      deactivated: "terminated",
      probation: "terminated",
      giveup: "terminated",
    },
    active: {
      noresource: "terminated",
      rejected: "terminated",
      deactivated: "terminated",
      probation: "terminated",
      timeout: "terminated",
    },
    waiting: {
      noresource: "terminated",
      rejected: "terminated",
      giveup: "terminated",
      approved: "terminated",
    },
    terminated: {},
  };

  it.each(statuses.flatMap((status) => events.map((event) => [status, event] as const)))(
    "%s, %s: where the figure says",
    (status, event) => {
      expect(stepWatcher(status, event)).toBe(arrows[status][event]);
    },
  );
});

describe("RFC 3857 §4.4 to §4.6: the package", () => {
  it("is for the user alone, an hour by default, in watcherinfo", () => {
    expect(presenceWinfo).toMatchObject({
      name: "presence.winfo",
      contentTypes: ["application/watcherinfo+xml"],
      defaultExpires: 3600,
      audience: "owner",
    });
  });

  it("RFC 6665 §4.4.4: is not named in Allow-Events", () => {
    expect(allowEvents([presenceWinfo])).toBe("");
  });
});
