// The lanes of a ladder: a home and its devices side by side, the caller's first.

import type { Hop } from "../contracts/flight-record";
import type { LadderLane } from "../contracts/ladder";
import type { Joined, Seen } from "./join";

/** The two ends of a step, by lane. */
export interface Ends {
  readonly from: string;
  readonly to: string;
}

export interface Lanes {
  readonly lanes: readonly LadderLane[];
  readonly endsOf: (joined: Joined) => Ends;
  /** Whose lane it is: the address-of-record of a home, or of a device's home. */
  readonly ownerOf: (lane: string) => string;
  /** What a device's client calls itself. */
  readonly clientOf: (lane: string) => string | undefined;
  readonly isDevice: (lane: string) => boolean;
  /** Whether the home of a lane has recorded anything of the call: of another nothing is known but what came from it. */
  readonly isRecorded: (lane: string) => boolean;
}

const homeLane = (aor: string): string => `home:${aor}`;

export function lanesOf(steps: readonly Joined[], known: ReadonlySet<string>): Lanes {
  const devices = devicesBySocket(steps);
  const lane = (home: string, hop: Hop | undefined): string => {
    if (hop === undefined) return homeLane(home);
    if (hop.kind === "home") return homeLane(hop.aor === "" ? "?" : hop.aor);
    return `device:${home}:${hop.device ?? devices.get(hop.socket) ?? hop.socket}`;
  };
  const endsOf = ({ sent, received }: Joined): Ends => {
    if (sent !== undefined && received !== undefined)
      return { from: homeLane(sent.home), to: homeLane(received.home) };
    const seen = (sent ?? received) as Seen;
    const [home, other] = [homeLane(seen.home), lane(seen.home, seen.record.hop)];
    const isOut = seen.record.kind === "event" ? !isOfTheDevice(seen) : seen.record.direction === "out";
    return isOut ? { from: home, to: other } : { from: other, to: home };
  };
  const found = new Map<string, { readonly owner: string; client: string | undefined }>();
  for (const step of steps) {
    const ends = endsOf(step);
    for (const end of [ends.from, ends.to])
      if (!found.has(end)) found.set(end, { owner: ownerIn(end), client: undefined });
    for (const { home, record } of [step.sent, step.received].flatMap((seen) => seen ?? [])) {
      const { hop } = record;
      const its = hop?.kind === "socket" ? found.get(lane(home, hop)) : undefined;
      if (its !== undefined && hop?.kind === "socket" && hop.client !== undefined) its.client = hop.client;
    }
  }
  return {
    lanes: inOrder([...found.keys()]).map((id) => laneOf(id, found.get(id)?.client, known)),
    endsOf,
    ownerOf: ownerIn,
    clientOf: (id) => found.get(id)?.client,
    isDevice,
    isRecorded: (id) => known.has(ownerIn(id)),
  };
}

const isDevice = (lane: string): boolean => lane.startsWith("device:");

/** An event that came from the device's side. */
const isOfTheDevice = ({ record }: Seen): boolean =>
  record.kind === "event" && record.event === "socket closed";

const ownerIn = (lane: string): string =>
  isDevice(lane) ? lane.slice("device:".length, lane.lastIndexOf(":")) : lane.slice("home:".length);

/** A socket shows its device once it has registered; what went over it before is the same lane. */
function devicesBySocket(steps: readonly Joined[]): ReadonlyMap<string, string> {
  const devices = new Map<string, string>();
  for (const { sent, received } of steps) {
    for (const hop of [sent?.record.hop, received?.record.hop]) {
      if (hop?.kind === "socket" && hop.device !== undefined) devices.set(hop.socket, hop.device);
    }
  }
  return devices;
}

/** Homes as they came in; the first has its devices to its left, the others to their right. */
function inOrder(lanes: readonly string[]): readonly string[] {
  const owners = [...new Set(lanes.map(ownerIn))];
  return owners.flatMap((owner, at) => {
    const own = lanes.filter((lane) => ownerIn(lane) === owner);
    const homes = own.filter((lane) => !isDevice(lane));
    const devices = own.filter(isDevice);
    return at === 0 ? [...devices, ...homes] : [...homes, ...devices];
  });
}

function laneOf(id: string, client: string | undefined, known: ReadonlySet<string>): LadderLane {
  const owner = ownerIn(id);
  if (isDevice(id)) return { id, kind: "device", label: `${userOf(owner)} · ${client ?? "device"}` };
  if (owner === "?") return { id, kind: "peer", label: "another home" };
  return { id, kind: known.has(owner) ? "home" : "peer", label: owner };
}

export const userOf = (aor: string): string => aor.slice(0, Math.max(0, aor.lastIndexOf("@"))) || aor;
