// The watchers of a user's presence: the winfo template over presence (RFC 3857 §4, §4.7.1) and its document
// (RFC 3858 §3). Only the user sees it: RFC 3857 §4.6 also recommends that a watcher may see the state of his own
// subscription, but each NOTIFY's Subscription-State tells him that (§4.7.2).
// Always full state, which §4.3 leaves to the server and which needs no memory of what was told to whom.
// Being a template-package it is not named in Allow-Events (RFC 6665 §4.4.4).

import { type Seconds, seconds } from "../../base/brand";
import { appendElement, rootElement } from "../../xml/build";
import { serializeXml } from "../../xml/serialize";
import type { XmlElement } from "../../xml/tree";
import type { EventPackage } from "../event-package";

export const presenceWinfo: EventPackage = {
  name: "presence.winfo",
  // RFC 3857 §4.5
  contentTypes: ["application/watcherinfo+xml"],
  // RFC 3857 §4.4: an hour, and "from minutes to days".
  defaultExpires: seconds(3600),
  minExpires: seconds(60),
  maxExpires: seconds(86_400),
  audience: "owner",
};

export type WatcherStatus =
  /** Nobody has decided yet. */
  | "pending"
  | "active"
  /** Its time ran out while it was pending; kept, so that the user learns of it at all. */
  | "waiting"
  /** Told once, then forgotten. */
  | "terminated";

/** What brought a watcher into its status. */
export type WatcherEvent =
  | "subscribe"
  | "approved"
  | "deactivated"
  | "probation"
  | "rejected"
  | "timeout"
  | "giveup"
  | "noresource";

export interface WatcherInfo {
  /** `sip:user@domain` whose watchers these are. */
  readonly resource: string;
  /** The package that is watched: `presence`. */
  readonly package: string;
  /**
   * One higher in each document sent to a subscriber, and fits into 32 bits (RFC 3858 §3): who sees it skip asks for
   * the full state, with a SUBSCRIBE (§4).
   */
  readonly version: number;
  readonly watchers: readonly WatcherEntry[];
}

export interface WatcherEntry {
  /** A token that names the subscription and stays the same for its life. */
  readonly id: string;
  /** Who the watcher proved to be; an address-of-record (RFC 3858 §3). */
  readonly uri: string;
  readonly displayName?: string;
  readonly status: WatcherStatus;
  readonly event: WatcherEvent;
  /** Until it expires. This and the next differ each second: not for telling whether anything changed. */
  readonly expiration?: Seconds;
  /** Since its first SUBSCRIBE. */
  readonly durationSubscribed?: Seconds;
}

const WATCHERINFO = "urn:ietf:params:xml:ns:watcherinfo";
const watcherinfo = (name: string) => ({ namespace: WATCHERINFO, name });

/** An `application/watcherinfo+xml` document (RFC 3858 §3). */
export function composeWatcherInfo(info: WatcherInfo): string {
  const root = rootElement(watcherinfo("watcherinfo"), {
    attributes: { version: info.version, state: "full" },
  });
  const list = appendElement(root, watcherinfo("watcher-list"), {
    attributes: { resource: info.resource, package: info.package },
  });
  for (const watcher of info.watchers) appendWatcher(list, watcher);
  return serializeXml(root);
}

function appendWatcher(list: XmlElement, watcher: WatcherEntry): void {
  appendElement(list, watcherinfo("watcher"), {
    attributes: {
      id: watcher.id,
      status: watcher.status,
      event: watcher.event,
      "display-name": watcher.displayName,
      expiration: watcher.expiration,
      "duration-subscribed": watcher.durationSubscribed,
    },
    text: watcher.uri,
  });
}

/**
 * Where a subscription goes on an event (RFC 3857 §4.7.1, figure 1); undefined where the figure has no such arrow.
 * `subscribe` is in none: which status it begins in is the verdict's to say.
 */
export function stepWatcher(status: WatcherStatus, event: WatcherEvent): WatcherStatus | undefined {
  switch (status) {
    case "pending":
      return whilePending(event);
    case "active":
      return whileActive(event);
    case "waiting":
      return whileWaiting(event);
    case "terminated":
      return undefined;
  }
}

function whilePending(event: WatcherEvent): WatcherStatus | undefined {
  switch (event) {
    case "approved":
      return "active";
    case "timeout":
      return "waiting";
    case "subscribe":
      return undefined;
    default:
      return "terminated";
  }
}

function whileActive(event: WatcherEvent): WatcherStatus | undefined {
  switch (event) {
    case "subscribe":
    case "approved":
    case "giveup":
      return undefined;
    default:
      return "terminated";
  }
}

function whileWaiting(event: WatcherEvent): WatcherStatus | undefined {
  switch (event) {
    // Approved too: there is no subscription any more that could become active.
    case "approved":
    case "rejected":
    case "giveup":
    case "noresource":
      return "terminated";
    default:
      return undefined;
  }
}
