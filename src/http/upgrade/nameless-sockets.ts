// The sockets of one isolate on the bare URL that have not yet named their home: no home counts them, so they are
// counted here, in all and by network (design "Trust"). The oldest makes room, as among a home's strangers: it has had
// its time for one message, and were newcomers refused, a few who say nothing would shut out every stock client.
//
// Relies on the platform: what one request opened, no other request may touch, so a socket cannot be closed by the one
// that takes its place. It is told so in its entry, which is plain data, and closes itself when it next looks.

import { networkOf } from "../../auth/back-off";
import type { LimitSettings } from "../../contracts/settings";

/** One socket's place. */
export interface Place {
  readonly network: string | undefined;
  /** Somebody else has it now. */
  isTaken: boolean;
}

/** An isolate serves many homes: it holds as many strangers as so many homes may. */
const homesOfOneIsolate = 8;

export class NamelessSockets {
  /** The oldest first. */
  readonly #places = new Set<Place>();
  readonly #ofNetwork = new Map<string, number>();

  get size(): number {
    return this.#places.size;
  }

  /** One more has come from `address`; its place may be one that another had. */
  enter(
    address: string | undefined,
    limits: Pick<LimitSettings, "strangers" | "strangersPerAddress">,
  ): Place {
    const network = address === undefined ? undefined : networkOf(address);
    const place: Place = { network, isTaken: false };
    this.#places.add(place);
    this.#count(network, 1);
    const here = network === undefined ? 0 : (this.#ofNetwork.get(network) ?? 0);
    if (here > limits.strangersPerAddress * homesOfOneIsolate) {
      this.#take(this.#oldest((each) => each.network === network));
    } else if (this.#places.size > limits.strangers * homesOfOneIsolate) {
      this.#take(this.#oldest(() => true));
    }
    return place;
  }

  /** It has named its home, or is gone. */
  leave(place: Place): void {
    if (this.#places.delete(place)) this.#count(place.network, -1);
  }

  #take(place: Place | undefined): void {
    if (place === undefined) return;
    place.isTaken = true;
    this.leave(place);
  }

  #oldest(isIt: (place: Place) => boolean): Place | undefined {
    for (const place of this.#places) if (isIt(place)) return place;
    return undefined;
  }

  #count(network: string | undefined, more: 1 | -1): void {
    if (network === undefined) return;
    const count = (this.#ofNetwork.get(network) ?? 0) + more;
    if (count === 0) this.#ofNetwork.delete(network);
    else this.#ofNetwork.set(network, count);
  }
}
