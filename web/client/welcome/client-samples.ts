// The few lines a page with a SIP client of its own needs, for this very gateway, ready to be copied.

import { realmOf, userOf } from "../../address";
import { keepAliveSeconds, registerSeconds, socketUrl } from "../../client-settings";

export interface ClientSample {
  readonly library: string;
  readonly text: string;
}

/** For that address-of-record. */
export function clientSamples(aor: string, gateway: string): readonly ClientSample[] {
  const url = socketUrl(gateway, aor);
  return [
    { library: "SIP.js 0.21", text: sipJsSample(aor, url) },
    { library: "JsSIP 3.13", text: jsSipSample(aor, url) },
  ];
}

/** The URL of a socket that does not say whose it is. */
export function bareSocketUrl(gateway: string): string {
  const url = new URL(gateway);
  url.protocol = url.protocol === "http:" ? "ws:" : "wss:";
  return url.href;
}

const sipJsSample = (
  aor: string,
  url: string,
): string => `import { Messager, Registerer, UserAgent } from "sip.js";

const server = "${url}";
const userAgent = new UserAgent({
  uri: UserAgent.makeURI("sip:${aor}"),
  authorizationUsername: "${userOf(aor)}",
  authorizationPassword: password,
  instanceId, // a UUID you keep: the same device after a reload
  transportOptions: { server, keepAliveInterval: ${keepAliveSeconds} },
  delegate: {
    onMessage: (message) => {
      console.log(message.request.from.uri.user, message.request.body);
      message.accept();
    },
  },
});
await userAgent.start();
await new Registerer(userAgent, { regId: 1, instanceId, expires: ${registerSeconds} }).register();
const bob = UserAgent.makeURI("sip:bob@${realmOf(aor)}");
await new Messager(userAgent, bob, "Hello").message();`;

const jsSipSample = (aor: string, url: string): string => `import JsSIP from "jssip";

const server = "${url}";
const userAgent = new JsSIP.UA({
  sockets: [new JsSIP.WebSocketInterface(server)],
  uri: "sip:${aor}",
  password,
  instance_id: instanceId, // a UUID you keep: the same device after a reload
  register_expires: ${registerSeconds},
});
userAgent.on("newMessage", ({ originator, request }) => {
  if (originator === "remote") console.log(request.from.uri.user, request.body);
});
let keepAlive;
userAgent.on("connected", ({ socket }) => {
  keepAlive = setInterval(() => socket.send("\\r\\n\\r\\n"), ${keepAliveSeconds}_000);
});
userAgent.on("disconnected", () => clearInterval(keepAlive));
userAgent.once("registered", () => userAgent.sendMessage("sip:bob@${realmOf(aor)}", "Hello"));
userAgent.start(); // registers, and reconnects by itself`;
