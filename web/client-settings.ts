// The settings that suit durasip, for a page that brings SIP.js or JsSIP of its own (client.ts is what it imports); the
// page beside this file uses them too. Nothing here is needed to get in touch: both clients work with their defaults.
// What the settings add:
//
// - the address-of-record in the URL, so that the socket leads straight to the user's own object. Without it the
//   gateway reads the first message to find out, and relays every frame from then on;
// - an instance-id that outlives a reload (RFC 5626 §4.1), so that the page stays the same device and is handed
//   what it missed, once. device-id.ts shows how a tab can keep one;
// - a keep-alive (RFC 5626 §3.5.1), by which both ends notice a dead connection; with it the gateway grants
//   longer registrations.

/** How long the gateway lets a device be registered that sends keep-alives. */
export const registerSeconds = 600;

/** Below the 30 s after which home routers and mobile networks begin to drop idle connections. */
export const keepAliveSeconds = 25;

/** The ping of RFC 5626 §3.5.1; the gateway answers with a single CRLF. */
export const keepAlivePing = "\r\n\r\n";

export interface ClientAccount {
  /** Where the gateway is: an http, https, ws or wss URL, such as `location.origin`. */
  readonly gateway: string;
  /** The user's address-of-record, such as `alice@example.com`. */
  readonly aor: string;
  /** Left out where the page has a session (session.ts): its socket is logged in, and no challenge comes. */
  readonly password?: string | undefined;
  /** A UUID that stays the same as long as the device does. */
  readonly instanceId: string;
}

/** The WebSocket URL of the user's own object: `wss://example.com/sip?aor=alice%40example.com`. */
export function socketUrl(gateway: string, aor: string): string {
  const url = new URL("/sip", gateway);
  url.protocol = url.protocol === "http:" || url.protocol === "ws:" ? "ws:" : "wss:";
  return `${url.href}?aor=${encodeURIComponent(aor)}`;
}

export interface SipJsSettings {
  /** To spread into the options of `new UserAgent`, beside `uri: UserAgent.makeURI("sip:" + aor)`. */
  readonly userAgent: {
    readonly authorizationUsername: string;
    readonly authorizationPassword?: string;
    readonly instanceId: string;
    readonly transportOptions: { readonly server: string; readonly keepAliveInterval: number };
  };
  /** The options of `new Registerer`. SIP.js sends its instance-id only when there is a reg-id. */
  readonly registerer: { readonly expires: number; readonly regId: number; readonly instanceId: string };
}

/** For SIP.js 0.21. It does not reconnect by itself: call `reconnect()`, then `register()` again. */
export function sipJsSettings({ gateway, aor, password, instanceId }: ClientAccount): SipJsSettings {
  return {
    userAgent: {
      authorizationUsername: aor.slice(0, aor.lastIndexOf("@")),
      ...(password === undefined ? {} : { authorizationPassword: password }),
      instanceId,
      transportOptions: { server: socketUrl(gateway, aor), keepAliveInterval: keepAliveSeconds },
    },
    registerer: { expires: registerSeconds, regId: 1, instanceId },
  };
}

export interface JsSipSettings {
  readonly uri: string;
  readonly password?: string;
  readonly instance_id: string;
  readonly register_expires: number;
}

/**
 * For JsSIP 3.13: the configuration of `new JsSIP.UA`, beside `sockets: [new
 * JsSIP.WebSocketInterface(socketUrl(gateway, aor))]`. It registers and reconnects by itself; the keep-alive is
 * keepJsSipAlive's.
 */
export function jsSipSettings({ aor, password, instanceId }: ClientAccount): JsSipSettings {
  return {
    uri: `sip:${aor}`,
    ...(password === undefined ? {} : { password }),
    instance_id: instanceId,
    register_expires: registerSeconds,
  };
}

/** As much of a JsSIP.UA as the keep-alive needs. */
interface JsSipUserAgent {
  on(
    event: "connected",
    listener: (event: { readonly socket: { send(data: string): unknown } }) => void,
  ): unknown;
  on(event: "disconnected", listener: () => void): unknown;
}

/** JsSIP answers keep-alives but sends none: this sends them while it is connected. Call it before `start()`. */
export function keepJsSipAlive(userAgent: JsSipUserAgent): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  userAgent.on("connected", ({ socket }) => {
    clearInterval(timer);
    timer = setInterval(() => socket.send(keepAlivePing), keepAliveSeconds * 1000);
  });
  userAgent.on("disconnected", () => clearInterval(timer));
}
