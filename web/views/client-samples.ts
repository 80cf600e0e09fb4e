// The few lines a page with a SIP client of its own needs, for this very gateway, ready to be copied.

import { realmOf, userOf } from "../address";
import { keepAliveSeconds, registerSeconds, socketUrl } from "../client-settings";
import { byId, fromTemplate } from "./dom";

/** Shows them for that address-of-record. */
export function showClientSamples(aor: string, gateway: string): void {
  const bare = new URL(gateway);
  bare.protocol = bare.protocol === "http:" ? "ws:" : "wss:";
  byId("bare-url", HTMLElement).textContent = bare.href;
  const url = socketUrl(gateway, aor);
  const samples = [
    { library: "SIP.js 0.21", text: sipJsSample(aor, url) },
    { library: "JsSIP 3.13", text: jsSipSample(aor, url) },
  ];
  byId("samples", HTMLElement).replaceChildren(...samples.map(renderSample));
}

function renderSample({ library, text }: { readonly library: string; readonly text: string }): HTMLElement {
  const { root, part } = fromTemplate("sample");
  const copy = part("copy");
  part("library").textContent = library;
  const code = root.querySelector("code");
  if (code !== null) code.textContent = text;
  copy.ariaLabel = `Copy the lines for ${library}`;
  copy.addEventListener("click", () => {
    const say = (word: string) => () => {
      copy.textContent = word;
    };
    navigator.clipboard.writeText(text).then(say("Copied"), say("Not allowed"));
  });
  return root;
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
