// A page that brings its own clients and has all else from the gateway's client module: what README.md shows.

import JsSIP from "jssip";
import { Registerer, UserAgent } from "sip.js";
import type * as ClientModule from "../../../web/client";

type Module = typeof ClientModule;

export interface SessionPage {
  /** The client module of that gateway, as its own pages and others import it. */
  load(gateway: string): Promise<Module>;
  /** Registers without a password; the final status. */
  register(library: "jssip" | "sip-js", gateway: string, aor: string): Promise<number>;
}

const load = (gateway: string): Promise<Module> => import(`${gateway}/client.js`) as Promise<Module>;

async function register(library: "jssip" | "sip-js", gateway: string, aor: string): Promise<number> {
  const client = await load(gateway);
  const account = { gateway, aor, instanceId: await client.claimDeviceId() };
  return library === "jssip" ? byJsSip(client, account) : bySipJs(client, account);
}

function byJsSip(client: Module, account: ClientModule.ClientAccount): Promise<number> {
  const sockets = [new JsSIP.WebSocketInterface(client.socketUrl(account.gateway, account.aor))];
  const phone = new JsSIP.UA({ sockets, ...client.jsSipSettings(account) });
  client.keepJsSipAlive(phone);
  return new Promise((resolve) => {
    phone.on("registered", ({ response }) => resolve(response?.status_code ?? 0));
    phone.on("registrationFailed", ({ response }) => {
      phone.stop();
      resolve(response?.status_code ?? 0);
    });
    phone.start();
  });
}

async function bySipJs(client: Module, account: ClientModule.ClientAccount): Promise<number> {
  const uri = UserAgent.makeURI(`sip:${account.aor}`);
  if (uri === undefined) throw new TypeError("no address");
  const { userAgent, registerer } = client.sipJsSettings(account);
  const phone = new UserAgent({ uri, logLevel: "error", ...userAgent });
  await phone.start();
  return new Promise((resolve) => {
    const taken = ({ message }: { readonly message: { readonly statusCode?: number | undefined } }): void =>
      resolve(message.statusCode ?? 0);
    void new Registerer(phone, registerer).register({
      requestDelegate: { onAccept: taken, onReject: taken },
    });
  });
}

declare global {
  interface Window {
    sessionPage: SessionPage;
  }
}

window.sessionPage = { load, register };
