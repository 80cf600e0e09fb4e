import type { UA } from "jssip";
import { describe, expect, expectTypeOf, it, vi } from "vitest";
import { jsSipSettings, keepJsSipAlive, sipJsSettings, socketUrl } from "../../web/client-settings";

const account = {
  gateway: "https://sip.example.com",
  aor: "alice@example.com",
  password: "secret",
  instanceId: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
};

describe("the WebSocket URL", () => {
  it("names the user, secure where the page is", () => {
    expect(socketUrl("https://sip.example.com", "alice@example.com")).toBe(
      "wss://sip.example.com/sip?aor=alice%40example.com",
    );
    expect(socketUrl("http://127.0.0.1:8787/page", "alice@localhost")).toBe(
      "ws://127.0.0.1:8787/sip?aor=alice%40localhost",
    );
    expect(socketUrl("wss://sip.example.com/", "+4930123@example.com")).toBe(
      "wss://sip.example.com/sip?aor=%2B4930123%40example.com",
    );
  });
});

describe("the settings for SIP.js", () => {
  it("carry reg-id and instance-id together: SIP.js sends neither alone", () => {
    const { userAgent, registerer } = sipJsSettings(account);
    expect(registerer).toEqual({ expires: 600, regId: 1, instanceId: account.instanceId });
    expect(userAgent).toMatchObject({
      authorizationUsername: "alice",
      authorizationPassword: "secret",
      transportOptions: {
        server: "wss://sip.example.com/sip?aor=alice%40example.com",
        keepAliveInterval: 25,
      },
    });
  });
});

describe("the settings of a page that has a session", () => {
  const { password: _, ...signedIn } = account;

  it("have no password, not even an undefined one: JsSIP refuses that", () => {
    expect(jsSipSettings(signedIn)).not.toHaveProperty("password");
    expect(sipJsSettings(signedIn).userAgent).not.toHaveProperty("authorizationPassword");
  });
});

describe("the settings for JsSIP", () => {
  it("pin the device", () => {
    expect(jsSipSettings(account)).toEqual({
      uri: "sip:alice@example.com",
      password: "secret",
      instance_id: account.instanceId,
      register_expires: 600,
    });
  });
});

type Listener = (event: { readonly socket: { send(data: string): unknown } }) => void;

describe("RFC 5626 §3.5.1: the keep-alive for JsSIP", () => {
  it("takes JsSIP's own user agent", () => {
    expectTypeOf(keepJsSipAlive).toBeCallableWith({} as UA);
  });

  it("is sent each 25 s while it is connected, once however often it connects", () => {
    vi.useFakeTimers();
    const listeners = new Map<string, Listener>();
    const sent: string[] = [];
    const socket = { send: (data: string) => void sent.push(data) };
    keepJsSipAlive({
      on: (event: string, listener: Listener) => listeners.set(event, listener),
    });
    listeners.get("connected")?.({ socket });
    listeners.get("connected")?.({ socket });
    vi.advanceTimersByTime(50_000);
    expect(sent).toEqual(["\r\n\r\n", "\r\n\r\n"]);
    listeners.get("disconnected")?.({ socket });
    vi.advanceTimersByTime(50_000);
    expect(sent).toHaveLength(2);
    vi.useRealTimers();
  });
});
