// Carbons: what one device of the user sent, for those of the user's other devices that asked for it with the
// Contact parameter `+durasip.carbons` (design "MESSAGE"); and the sent side of the history.

import { classifyMessage } from "../../messaging/classify-message";
import { carbonCopy, copyIdentity } from "../../messaging/copy";
import { keptUntil } from "../../messaging/mailbox-limits";
import { leaveHome } from "../../proxy/leave-home";
import { headerValue, type SipRequest } from "../../sip/message";
import { liveBindingsOf } from "../device";
import type { Forward } from "../state";
import { newBranch, realmOf, sendFrame, type Turn } from "../turn";
import { appendToLog, makeRoom, roomOf } from "./message-log";

/** The message of that forward was accepted by its recipient's home. */
export function sendCarbons(turn: Turn, sent: Forward): void {
  const { request, socket } = sent;
  const { messages, realms } = turn.ports.settings;
  if (request === undefined || socket === undefined) return;
  if (!messages.keepHistory && ![...turn.state.devices.values()].some((device) => device.carbons)) return;
  const treatment = classifyMessage(request, { inDialog: false, receivedAt: turn.now }).treatment;
  if (treatment === "composing") return;
  const sender = turn.state.sockets.get(socket)?.bindings.at(-1)?.device;
  for (const device of turn.state.devices.values()) {
    if (!device.carbons || device.id === sender) continue;
    const live = liveBindingsOf(turn, device.id).at(-1);
    if (live !== undefined)
      sendCarbon(turn, { key: sent.key, request }, device.id, live.socket.id, live.binding.uri);
  }
  // To oneself the message is in the log as received.
  if (!messages.keepHistory || sent.to === turn.state.aor || treatment !== "storable") return;
  const frame = leaveHome(request, { via: "", recordRoute: undefined, identity: undefined, realms });
  // The history yields to what is owed: full, it ends.
  if (roomOf(turn, frame).kind === "full") return;
  makeRoom(turn, frame);
  const expiresAt = keptUntil(turn.now, undefined, messages);
  appendToLog(turn, {
    key: undefined,
    device: undefined,
    direction: "sent",
    expiresAt,
    frame,
    taken: true,
    owed: false,
  });
}

/** As it was sent, but to the device's own Contact; what it answers changes nothing. */
function sendCarbon(
  turn: Turn,
  { key, request }: { readonly key: string; readonly request: SipRequest },
  device: string,
  socket: string,
  contact: string,
): void {
  const identity = copyIdentity(`${headerValue(request, "call-id") ?? ""} ${key}`, device);
  sendFrame(
    turn,
    socket,
    carbonCopy(request, {
      requestUri: contact,
      via: `SIP/2.0/WSS ${realmOf(turn)};branch=${newBranch(turn)}`,
      callId: `${turn.ports.keyring.deriveToken("carbon", identity)}@${realmOf(turn)}`,
    }),
  );
}
