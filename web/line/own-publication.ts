// What this device publishes about its user (RFC 3903). A user who states nothing publishes nothing: the gateway
// then shows him open while he is registered.

import { Publisher, PublisherState, type URI, type UserAgent } from "sip.js";
import { type OwnPresence, pidfType, writePresence } from "./presence-document";

export interface OwnPublication {
  state(presence: OwnPresence): void;
  /** To be called after each registration: states again what may have expired meanwhile. */
  renew(): void;
  /** Takes it back; nothing is stated any more. */
  end(): void;
}

/** A gateway that does not know the header below believes a tab that was closed for so long. */
const publishSeconds = 180;

export function createOwnPublication(userAgent: UserAgent, uri: URI, device: string): OwnPublication {
  let stated: OwnPresence | undefined;
  let publisher: Publisher | undefined;

  function publish(): void {
    if (stated === undefined || !userAgent.isConnected()) return;
    const saysNothing = stated.activity === undefined && stated.note === "";
    if (saysNothing) {
      if (publisher?.state === PublisherState.Published) void publisher.unpublish();
      return;
    }
    if (publisher === undefined || publisher.state === PublisherState.Terminated)
      publisher = createPublisher();
    void publisher.publish(writePresence(uri.aor, device, stated));
  }

  const createPublisher = () =>
    new Publisher(userAgent, uri, "presence", {
      contentType: pidfType,
      expires: publishSeconds,
      // The status of a tab that is closed goes with it, once its grace is over (docs/rfc/3903.md).
      extraHeaders: ["Durasip-Ends-With: device"],
      // SIP.js wants a body to tell a publication from a removal; publish() replaces it.
      body: "",
    });

  return {
    state(presence) {
      stated = presence;
      publish();
    },
    renew: publish,
    end() {
      stated = undefined;
      // Whatever its state is: a refresh may be under way, and is not to be tried again.
      void publisher?.unpublish();
    },
  };
}
