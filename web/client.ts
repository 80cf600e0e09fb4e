// The client module: `import … from "durasip/client"`, or from `/client.js` of a gateway. It holds no SIP: a page brings
// SIP.js or JsSIP, and has from here the settings that suit the gateway, the device of its tab, a session in place of
// a password, and the ICE servers of a call.
//
// This is the public face, and every name in it stays. The extension is that of what is built, so that the types that
// are built from this file can be read by any resolution of modules.

export {
  type ClientAccount,
  type JsSipSettings,
  jsSipSettings,
  keepAlivePing,
  keepAliveSeconds,
  keepJsSipAlive,
  registerSeconds,
  type SipJsSettings,
  sipJsSettings,
  socketUrl,
} from "./client-settings.js";
export { claimDeviceId } from "./device-id.js";
export { type IceAuthorization, type IceServers, iceServers, keepIceServers } from "./ice-servers.js";
export {
  currentSession,
  keepSession,
  type Session,
  type SignInOutcome,
  type SignInProof,
  signIn,
  signOut,
} from "./session.js";
