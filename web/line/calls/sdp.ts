// What of a session description matters beside the browser's own reading: who holds, and whether there is video.

type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

interface Section {
  readonly kind: string;
  /** RFC 3264 §6: port 0 refuses a stream. */
  readonly isRefused: boolean;
  readonly direction: Direction;
}

const mostLines = 4096;

/** The media sections; a direction at session level holds for those that have none. */
function sectionsOf(sdp: string): readonly Section[] {
  const sections: { kind: string; isRefused: boolean; direction: Direction }[] = [];
  let ofAll: Direction = "sendrecv";
  for (const line of sdp.split(/\r?\n/, mostLines)) {
    const [, kind, port] = /^m=(\w+) (\d+)/.exec(line) ?? [];
    if (kind !== undefined) sections.push({ kind, isRefused: port === "0", direction: ofAll });
    const [, direction] = /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/.exec(line) ?? [];
    if (direction === undefined) continue;
    const last = sections.at(-1);
    if (last === undefined) ofAll = direction as Direction;
    else last.direction = direction as Direction;
  }
  return sections;
}

/** Whether who wrote that holds the call (RFC 3264 §8.4): he takes none of our sound. */
export function isHolding(sdp: string): boolean {
  const audio = sectionsOf(sdp).filter(({ kind, isRefused }) => kind === "audio" && !isRefused);
  return (
    audio.length > 0 && audio.every(({ direction }) => direction === "sendonly" || direction === "inactive")
  );
}

/** Whether video is offered in it. */
export const offersVideo = (sdp: string): boolean =>
  sectionsOf(sdp).some(
    ({ kind, isRefused, direction }) => kind === "video" && !isRefused && direction !== "inactive",
  );
