// The media of one call: a peer connection with what the user gives, behind the interface that SIP.js asks for
// descriptions (its SessionDescriptionHandler). SIP.js's own handler knows one direction for all streams and keeps
// none of them over a hold; calls need more.
//
// Nothing here sends SIP: a change that the other side has to agree to is made, and then offered by a re-INVITE.

import type { SessionDescriptionHandler } from "sip.js";
import type { Call, MediaDevices } from "../contract";
import { type Captured, capture, captureCamera } from "./capture";
import { gathered } from "./gathered";
import { isHolding } from "./sdp";

export interface Media extends SessionDescriptionHandler {
  readonly connection: RTCPeerConnection;
  state(): Pick<Call, "video" | "cameraOff" | "localStream" | "remoteStream">;
  isHeldByPeer(): boolean;
  mute(muted: boolean): void;
  /** Offered by the next description: we hold, or go on. */
  hold(held: boolean): void;
  /** Offered by the next description: the camera's picture, or none. Rejects where the browser gives no camera. */
  turnCamera(on: boolean): Promise<void>;
  /** Offered by the next description: the path sought anew (ICE restart, RFC 8445 §9). */
  restart(iceServers: readonly RTCIceServer[]): void;
  /** False where RFC 4733 was not agreed on. */
  sendDigit(digit: string): boolean;
  takeDevices(devices: MediaDevices): Promise<void>;
}

export interface MediaOptions {
  readonly iceServers: readonly RTCIceServer[];
  readonly devices: MediaDevices;
  readonly video: boolean;
}

/** Asks for microphone and camera; rejects where the browser gives none. `changed` hears of streams and descriptions. */
export async function openMedia(options: MediaOptions, changed: () => void): Promise<Media> {
  return createMedia(await capture(options.devices, options.video), options, changed);
}

function createMedia(captured: Captured, options: MediaOptions, changed: () => void): Media {
  const connection = new RTCPeerConnection({ iceServers: [...options.iceServers] });
  let { devices } = options;
  let tracks: { audio: MediaStreamTrack; video: MediaStreamTrack | undefined } = { ...captured };
  let localStream = streamOf(tracks);
  let remoteStream: MediaStream | undefined;
  let isVideo = options.video;
  let held = false;
  let muted = false;
  let isClosed = false;

  const transceiverOf = (kind: "audio" | "video"): RTCRtpTransceiver | undefined =>
    connection
      .getTransceivers()
      .find(({ receiver, direction }) => receiver.track.kind === kind && direction !== "stopped");

  /** What is to be sent and received, as it is offered or answered next. */
  async function arrange(mayAdd: boolean): Promise<void> {
    for (const kind of ["audio", "video"] as const) {
      const track = tracks[kind];
      let transceiver = transceiverOf(kind);
      if (transceiver === undefined && mayAdd && track !== undefined) {
        transceiver = connection.addTransceiver(track, { streams: [localStream] });
      }
      if (transceiver === undefined) continue;
      const sends = track !== undefined;
      transceiver.direction = held ? (sends ? "sendonly" : "inactive") : sends ? "sendrecv" : "recvonly";
      // Who is held hears and sees nothing, whatever his client makes of the direction.
      await transceiver.sender.replaceTrack(held ? null : (track ?? null));
      transceiver.sender.setStreams(localStream);
    }
  }

  function agreed(): void {
    const received = connection
      .getTransceivers()
      .filter(({ currentDirection }) => currentDirection === "sendrecv" || currentDirection === "recvonly")
      .map(({ receiver }) => receiver.track);
    const known = remoteStream?.getTracks() ?? [];
    const isSame = known.length === received.length && received.every((track) => known.includes(track));
    if (!isSame) remoteStream = received.length === 0 ? undefined : new MediaStream(received);
    const current = transceiverOf("video")?.currentDirection;
    // A held call has the video it had.
    if (!held && !isHeldByPeer())
      isVideo = current !== undefined && current !== null && current !== "inactive";
    changed();
  }

  const isHeldByPeer = (): boolean => isHolding(connection.remoteDescription?.sdp ?? "");

  function take(kind: "audio" | "video", track: MediaStreamTrack | undefined): void {
    // The user may have been asked for it until the call was over.
    if (isClosed) return track?.stop();
    if (tracks[kind] !== track) tracks[kind]?.stop();
    tracks = { ...tracks, [kind]: track };
    tracks.audio.enabled = !muted;
    localStream = streamOf(tracks);
    guard();
  }

  /** A microphone that is pulled out gives way to whichever there is. A camera's picture stands still. */
  function guard(): void {
    const { audio } = tracks;
    audio.onended = () => {
      if (audio === tracks.audio) change(true, false).catch(() => {});
    };
  }

  async function change(audio: boolean, video: boolean): Promise<void> {
    if (audio) take("audio", (await capture(devices, false)).audio);
    if (video) take("video", await captureCamera(devices));
    if (!held) {
      await transceiverOf("audio")?.sender.replaceTrack(tracks.audio);
      await transceiverOf("video")?.sender.replaceTrack(tracks.video ?? null);
    }
    changed();
  }

  guard();

  return {
    connection,
    state: () => ({ video: isVideo, cameraOff: tracks.video === undefined, localStream, remoteStream }),
    isHeldByPeer,
    mute(now) {
      muted = now;
      tracks.audio.enabled = !muted;
    },
    hold(now) {
      held = now;
    },
    async turnCamera(on) {
      if (on === (tracks.video !== undefined)) return;
      take("video", on ? await captureCamera(devices) : undefined);
      changed();
    },
    restart(iceServers) {
      connection.setConfiguration({ ...connection.getConfiguration(), iceServers: [...iceServers] });
      connection.restartIce();
    },
    sendDigit(digit) {
      const dtmf = transceiverOf("audio")?.sender.dtmf;
      if (!dtmf?.canInsertDTMF) return false;
      // A tone that is still to be sent would be forgotten.
      dtmf.insertDTMF(dtmf.toneBuffer + digit, toneLength, toneGap);
      return true;
    },
    async takeDevices(chosen) {
      const isOther = (kind: "microphone" | "camera"): boolean => devices[kind] !== chosen[kind];
      const [audio, video] = [isOther("microphone"), isOther("camera") && tracks.video !== undefined];
      devices = chosen;
      if (audio || video) await change(audio, video);
    },

    async getDescription() {
      const isAnswer = connection.signalingState === "have-remote-offer";
      await arrange(!isAnswer);
      await connection.setLocalDescription(
        isAnswer ? await connection.createAnswer() : await connection.createOffer(),
      );
      await gathered(connection);
      if (isAnswer) agreed();
      return { body: connection.localDescription?.sdp ?? "", contentType: "application/sdp" };
    },
    async setDescription(sdp) {
      const type = connection.signalingState === "have-local-offer" ? "answer" : "offer";
      await connection.setRemoteDescription({ type, sdp });
      if (type === "answer") agreed();
    },
    async rollbackDescription() {
      if (connection.signalingState === "have-local-offer") {
        await connection.setLocalDescription({ type: "rollback" });
      } else if (connection.signalingState === "have-remote-offer") {
        await connection.setRemoteDescription({ type: "rollback" });
      }
    },
    hasDescription: (contentType) => contentType === "application/sdp",
    sendDtmf: () => false,
    close() {
      isClosed = true;
      for (const track of [tracks.audio, tracks.video]) track?.stop();
      connection.close();
    },
  };
}

/** RFC 4733 §2.5.2.2: long enough for any gateway, short enough to type. */
const toneLength = 160;
const toneGap = 70;

const streamOf = ({ audio, video }: Captured): MediaStream =>
  new MediaStream(video === undefined ? [audio] : [audio, video]);
