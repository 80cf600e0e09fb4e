// A call's ladder, gathered from the homes that it went over: the one that is asked for, and those that its records name.

import type { HomeRecords } from "../../contracts/flight-record";
import type { Ladder } from "../../contracts/ladder";
import { ladderOf } from "../../recorder/ladder";
import { type AddressOfRecord, parseAddressOfRecord } from "../../sip/uri/address-of-record";
import { describeThrow, log } from "../log";
import { type Objects, twice } from "../objects";

/** Homes that one ladder is gathered from. */
const mostHomes = 6;

export interface LadderRequest {
  readonly aor: AddressOfRecord;
  readonly callId: string;
  readonly after?: string;
}

/** Undefined when there is no account, or nothing of that call. */
export async function readLadder(
  objects: Objects,
  { aor, callId, after }: LadderRequest,
): Promise<Ladder | undefined> {
  const gathered = await gatherHalves(objects, aor, callId);
  if (gathered === undefined) return undefined;
  const { halves, missing } = gathered;
  return ladderOf(halves, { callId, aor, missing, ...(after === undefined ? {} : { after }) });
}

interface Gathered {
  readonly halves: readonly HomeRecords[];
  readonly missing: readonly { readonly aor: string; readonly why: string }[];
}

export async function gatherHalves(
  objects: Objects,
  aor: AddressOfRecord,
  callId: string,
): Promise<Gathered | undefined> {
  const first = await twice(() => objects.home(aor).readRecords(callId));
  if (first === undefined || first.records.length === 0) return undefined;
  const halves: HomeRecords[] = [first];
  const missing: { aor: string; why: string }[] = [];
  const asked = new Set<string>([aor]);
  for (let open = peersOf(first, asked); open.length > 0; ) {
    const found = await Promise.all(open.map((peer) => askPeer(objects, peer, callId)));
    const next: AddressOfRecord[] = [];
    for (const half of found) {
      if ("why" in half) missing.push(half);
      else {
        halves.push(half);
        next.push(...peersOf(half, asked));
      }
    }
    open = next;
  }
  return { halves, missing };
}

/** Homes named by records that have not been asked yet; they count as asked from then on. */
function peersOf({ records }: HomeRecords, asked: Set<string>): AddressOfRecord[] {
  const peers: AddressOfRecord[] = [];
  for (const { hop } of records) {
    const aor = hop?.kind === "home" ? parseAddressOfRecord(hop.aor) : undefined;
    if (aor === undefined || asked.has(aor) || asked.size >= mostHomes) continue;
    asked.add(aor);
    peers.push(aor);
  }
  return peers;
}

async function askPeer(
  objects: Objects,
  aor: AddressOfRecord,
  callId: string,
): Promise<HomeRecords | { readonly aor: string; readonly why: string }> {
  try {
    const half = await twice(() => objects.home(aor).readRecords(callId));
    if (half === undefined) return { aor, why: "There is no such account." };
    return half.records.length > 0 ? half : { aor, why: "Nothing of this call was recorded there." };
  } catch (thrown) {
    log("warn", "ladder lacks a home", { aor, ...describeThrow(thrown) });
    return { aor, why: "It could not be reached." };
  }
}
