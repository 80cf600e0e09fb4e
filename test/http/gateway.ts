// A gateway for tests that end before an object is asked: whatever reaches an object fails the way a platform does.

import { createKeyring } from "../../durable-objects/host/keyring";
import { configurationOf } from "../../src/env";
import { createApp } from "../../src/http/app";
import type { Gateway } from "../../src/http/app-env";

export const adminToken = "test-admin-token-0123456789";

const keyring = createKeyring("a secret of the tests");
const fault: unknown = new Error("no object in this test");

export function gatewayWith(
  variables: Readonly<Record<string, string>> = {},
  outage: unknown = fault,
): Gateway {
  const fail = () => Promise.reject(outage);
  const home = {
    fetch: fail,
    tellFigures: fail,
    putAccount: fail,
    readAccount: fail,
    deleteAccount: fail,
    listDevices: fail,
    listDialogs: fail,
    listSubscriptions: fail,
    listPublications: fail,
    disconnectDevice: fail,
    sendMessage: fail,
    readMessages: fail,
    clearMessages: fail,
    readCalls: fail,
    clearCalls: fail,
    readMessageCounts: fail,
    putMessageCounts: fail,
    readPresence: fail,
    putPresence: fail,
    deletePresence: fail,
    listWatchers: fail,
    decideWatcher: fail,
    claimAlias: fail,
    releaseAlias: fail,
    authenticateHttp: fail,
    openSession: fail,
    askXcap: fail,
    readRecorder: fail,
    startRecording: fail,
    stopRecording: fail,
    listExchanges: fail,
    readRecords: fail,
  };
  const realm = {
    deploymentSecret: fail,
    accountAdded: fail,
    accountRemoved: fail,
    listAccounts: fail,
    report: fail,
    readFigures: fail,
    readRecentCalls: fail,
    guess: fail,
  };
  return {
    configuration: configurationOf({
      REALMS: "example.com, example.org",
      ADMIN_TOKEN: adminToken,
      ...variables,
    }),
    objects: { home: () => home, realm: () => realm },
    verifyToken: () => Promise.resolve({ ok: false, error: { code: "signature", transient: false } }),
    entropy: { token: () => "t0k3n" },
    keyring: () => Promise.resolve(keyring),
    fetch: fail,
    assets: {
      fetch: () => Promise.resolve(new Response("<p>page", { headers: { "Content-Type": "text/html" } })),
    },
  };
}

const app = createApp();

/** Asks the app, as the administrator unless told otherwise. */
export function ask(
  target: string,
  init: RequestInit & { readonly gateway?: Gateway; readonly token?: string | undefined } = {},
): Promise<Response> {
  const { gateway = gatewayWith(), token = adminToken, ...rest } = init;
  const request = new Request(new URL(target, "https://sip.example.com"), rest);
  if (token !== "") request.headers.set("Authorization", `Bearer ${token}`);
  return Promise.resolve(app.fetch(request, gateway));
}

export const jsonBody = (body: unknown, method = "POST"): RequestInit => ({
  method,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});
