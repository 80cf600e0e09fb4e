// The end of gathering candidates: SIP carries them in the description alone, which therefore waits for them. A server
// that does not answer would hold up the call for long; what has been found by then has to do.

/** For how long. */
const patience = 2000;
/** With a candidate of every kind that can be had, the rest are variants of the same. */
const lull = 500;

export function gathered(connection: RTCPeerConnection): Promise<void> {
  if (connection.iceGatheringState === "complete") return Promise.resolve();
  const { iceServers = [] } = connection.getConfiguration();
  const urls = iceServers.flatMap((server) => server.urls);
  const kinds = new Set<string | null>(["host"]);
  if (urls.some((url) => url.startsWith("stun"))) kinds.add("srflx");
  if (urls.some((url) => url.startsWith("turn"))) kinds.add("relay");
  return new Promise((resolve) => {
    let lulled: ReturnType<typeof setTimeout> | undefined;
    const done = (): void => {
      clearTimeout(lulled);
      clearTimeout(timer);
      connection.removeEventListener("icecandidate", found);
      connection.removeEventListener("icegatheringstatechange", changed);
      resolve();
    };
    const found = ({ candidate }: RTCPeerConnectionIceEvent): void => {
      kinds.delete(candidate?.type ?? null);
      if (kinds.size > 0) return;
      clearTimeout(lulled);
      lulled = setTimeout(done, lull);
    };
    const changed = (): void => {
      if (connection.iceGatheringState === "complete") done();
    };
    const timer = setTimeout(done, patience);
    connection.addEventListener("icecandidate", found);
    connection.addEventListener("icegatheringstatechange", changed);
  });
}
