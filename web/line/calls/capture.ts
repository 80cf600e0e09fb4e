// Microphone and camera, as the user has chosen them.

import type { MediaDevices } from "../contract";

export interface Captured {
  readonly audio: MediaStreamTrack;
  readonly video: MediaStreamTrack | undefined;
}

/** Rejects with the DOMException of the browser: NotAllowedError, NotFoundError, NotReadableError. */
export async function capture(devices: MediaDevices, video: boolean): Promise<Captured> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: audioOf(devices),
    video: video && videoOf(devices),
  });
  const [audio] = stream.getAudioTracks();
  if (audio === undefined) throw new DOMException("no microphone", "NotFoundError");
  return { audio, video: stream.getVideoTracks()[0] };
}

export async function captureCamera(devices: MediaDevices): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: videoOf(devices) });
  const [track] = stream.getVideoTracks();
  if (track === undefined) throw new DOMException("no camera", "NotFoundError");
  return track;
}

// A device that is gone is no reason to have none: it is wished for, not demanded.
const audioOf = ({ microphone }: MediaDevices): MediaTrackConstraints =>
  microphone === undefined ? {} : { deviceId: { ideal: microphone } };

const videoOf = ({ camera }: MediaDevices): MediaTrackConstraints => ({
  width: { ideal: 1280 },
  height: { ideal: 720 },
  ...(camera === undefined ? {} : { deviceId: { ideal: camera } }),
});
