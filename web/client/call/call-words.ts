// What the console says about calls: how far one is, and why it is over.

import type { Call, CallEnd } from "../../line/contract";
import { durationWords } from "../times";

/** A call that goes on, in a few words; those of an active one are its duration. */
export function phaseWords(call: Call, now: number): string {
  if (call.reconnecting) return "Reconnecting…";
  if (call.held) return "On hold";
  switch (call.phase) {
    case "calling":
      return "Calling…";
    case "ringing":
      return call.direction === "incoming" ? "Incoming call" : "Ringing…";
    case "connecting":
      return "Connecting…";
    case "active":
      return durationWords((now - (call.answeredAt ?? now)) / 1000);
    case "ended":
      return "Call ended";
  }
}

export interface EndWords {
  readonly title: string;
  readonly text: string;
  /** It did not go as somebody wished. */
  readonly failed: boolean;
}

/** Why a call is over; `peer` is the other side's address. */
export function endWords(
  end: CallEnd | undefined,
  peer: string,
  nameOf: (address: string) => string,
): EndWords {
  const name = nameOf(peer);
  switch (end?.kind) {
    case undefined:
      return fine("The call is over.", "");
    case "hung-up":
      return hungUp(end.by, name);
    case "cancelled":
      return fine("Not answered", `The call with ${name} ended before anybody answered.`);
    case "answered-elsewhere":
      return fine("Answered elsewhere", "Another of your devices has taken the call.");
    case "declined":
      return bad("Declined", `${name} does not take the call now.`);
    case "busy":
      return bad("Busy", `${name} is in another call.`);
    case "no-answer":
      return bad("No answer", `It rang, and ${name} did not answer.`);
    case "unreachable":
      return bad(
        "Not reachable",
        end.status === 404
          ? `There is no ${name} at this gateway.`
          : `${name} has no device here at the moment that could ring. Write instead: messages are kept.`,
      );
    case "refused":
      return bad("Refused", `The gateway or ${name} refused the call: ${end.status} ${end.reason}.`);
    case "no-media":
      return bad("No microphone or camera", mediaWords(end.name));
    case "media-failed":
      return bad(
        "No sound could pass",
        "The call was answered, but no way for sound and picture was found between the two of you. A firewall may " +
          "be in between; a TURN server helps.",
      );
    case "transferred":
      return fine("Handed over", `${name} now talks with ${nameOf(end.to)}.`);
  }
}

function hungUp(by: "us" | "them" | "gateway", name: string): EndWords {
  if (by === "us") return fine("Call ended", "You hung up.");
  if (by === "them") return fine("Call ended", `${name} hung up.`);
  return bad("Call ended", `The gateway ended the call, because ${name} was gone for too long.`);
}

/** Of a DOMException of getUserMedia. */
function mediaWords(name: string): string {
  if (name === "NotAllowedError") {
    return "This page may not use the microphone or camera. Allow it in the browser's address bar, then call again.";
  }
  if (name === "NotFoundError") return "No microphone or camera was found. Connect one, then call again.";
  if (name === "NotReadableError")
    return "Another program holds the microphone or camera. Close it, then call again.";
  return `The browser gave no microphone or camera (${name}).`;
}

const fine = (title: string, text: string): EndWords => ({ title, text, failed: false });
const bad = (title: string, text: string): EndWords => ({ title, text, failed: true });
