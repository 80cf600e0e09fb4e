// Streams in their elements. Sound is played by <audio> alone, so that it goes on whatever is shown.

import { useEffect, useRef } from "react";
import { useLine } from "../line-context";
import { useObservable } from "../use-observable";

export function RemoteSound({ stream }: { readonly stream: MediaStream | undefined }) {
  const element = useRef<HTMLAudioElement>(null);
  const { speaker } = useObservable(useLine().calls.devices);
  useEffect(() => {
    const audio = element.current;
    if (audio === null) return;
    audio.srcObject = stream ?? null;
    // Where the browser wants a gesture first, answering or calling was one.
    if (stream !== undefined) audio.play().catch(() => undefined);
  }, [stream]);
  useEffect(() => {
    // Safari may lack it, or the device may be gone: the default, which is the empty name, speaks then.
    element.current?.setSinkId?.(speaker ?? "").catch(() => undefined);
  }, [speaker]);
  // biome-ignore lint/a11y/useMediaCaption: a call has no captions
  return <audio ref={element} autoPlay />;
}

export interface PictureProps {
  readonly stream: MediaStream;
  readonly label: string;
  readonly className: string;
}

export function Picture({ stream, label, className }: PictureProps) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (video === null) return;
    video.srcObject = stream;
    video.play().catch(() => undefined);
  }, [stream]);
  return <video ref={element} className={className} aria-label={label} autoPlay playsInline muted />;
}
