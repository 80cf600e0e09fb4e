// Back-off after failed logins (RFC 7616 §5.7): exponential for each address, and a slow one for the account, so
// that neither one machine nor many can guess, and no stranger can lock the owner out.
//
// An address that nobody vouches for is undefined. It is no address that all have in common, or one stranger's
// guesses would hold off everybody: the account's short pauses are all there is then.
//
// The account's own pause is passed by whoever holds a valid token or has a live device. Plain data of bounded
// size; nothing is counted for what is merely stale or malformed.

import { after, type EpochMs, epochMs, type Millis, millis } from "../base/brand";
import { ipv6Groups } from "../sip/uri/host";

/** Failures in a row, and when the last was. */
interface Failures {
  readonly count: number;
  readonly lastAt: EpochMs;
}

export interface FailedLogins {
  /** From all addresses together; undefined when there was none lately. */
  readonly account: Failures | undefined;
  /** Oldest failure first. */
  readonly networks: readonly (Failures & { readonly network: string })[];
}

/** How pauses grow: none for the first `free` failures, then `first`, doubling, up to `longest`. */
export interface BackOffSteps {
  readonly free: number;
  readonly first: Millis;
  readonly longest: Millis;
}

export interface BackOffSettings {
  readonly address: BackOffSteps;
  readonly account: BackOffSteps;
  /** Failures are forgotten after this long without a further one. */
  readonly forgetAfter: Millis;
  /** Networks remembered; the one whose last failure is oldest goes first. */
  readonly networks: number;
}

export const defaultBackOff: BackOffSettings = {
  address: { free: 3, first: millis(1000), longest: millis(15 * 60_000) },
  account: { free: 30, first: millis(1000), longest: millis(30_000) },
  forgetAfter: millis(60 * 60_000),
  networks: 64,
};

export const noFailedLogins: FailedLogins = { account: undefined, networks: [] };

/** The state after a wrong response from that address. */
export function recordFailure(
  state: FailedLogins,
  address: string | undefined,
  now: EpochMs,
  settings: BackOffSettings = defaultBackOff,
): FailedLogins {
  const { account: known, networks } = forgetOld(state, now, settings);
  const account = { count: (known?.count ?? 0) + 1, lastAt: now };
  if (address === undefined) return { account, networks };
  const network = networkOf(address);
  const before = networks.find((entry) => entry.network === network);
  const others = networks.filter((entry) => entry.network !== network);
  const grown = [...others, { network, count: (before?.count ?? 0) + 1, lastAt: now }];
  return { account, networks: grown.slice(-settings.networks) };
}

/**
 * The state after a right response: the address is forgiven. The account's count stays and fades with time, or an
 * owner who logs in now and then would give the guessers a fresh start each time.
 */
export function recordSuccess(state: FailedLogins, address: string | undefined): FailedLogins {
  if (address === undefined) return state;
  const network = networkOf(address);
  return { ...state, networks: state.networks.filter((entry) => entry.network !== network) };
}

/**
 * From when a login from that address is judged: `now` or earlier means at once. Until then credentials are
 * refused unread, or a pause would still tell right from wrong. `passesAccount`: a valid token or a live device
 * speaks for the owner.
 */
export function allowedAt(
  state: FailedLogins,
  address: string | undefined,
  passesAccount: boolean,
  now: EpochMs,
  settings: BackOffSettings = defaultBackOff,
): EpochMs {
  const network = address === undefined ? undefined : networkOf(address);
  const { account, networks } = forgetOld(state, now, settings);
  const here = networks.find((entry) => entry.network === network);
  const byAddress = pauseEnd(here, settings.address);
  const byAccount = passesAccount ? epochMs(0) : pauseEnd(account, settings.account);
  return epochMs(Math.max(byAddress, byAccount));
}

function pauseEnd(failures: Failures | undefined, steps: BackOffSteps): EpochMs {
  const paid = (failures?.count ?? 0) - steps.free;
  if (failures === undefined || paid <= 0) return epochMs(0);
  // 2 ** 40 milliseconds of doubling are far past any `longest`, and stay exact.
  const pause = Math.min(steps.first * 2 ** Math.min(paid - 1, 40), steps.longest);
  return after(failures.lastAt, millis(pause));
}

function forgetOld(state: FailedLogins, now: EpochMs, settings: BackOffSettings): FailedLogins {
  const isLate = (failures: Failures) => now - failures.lastAt < settings.forgetAfter;
  return {
    account: state.account !== undefined && isLate(state.account) ? state.account : undefined,
    networks: state.networks.filter(isLate),
  };
}

/** What counts as one address: an IPv4 address, or the /64 of an IPv6 one, whose rest its user picks at will. */
export function networkOf(address: string): string {
  const groups = ipv6Groups(address.replace(/^\[|\]$/g, ""));
  if (groups === undefined) return address;
  const [a = 0, b = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  // RFC 4291 §2.5.5.2: ::ffff:192.0.2.1 is the IPv4 address.
  if (isMapped) return [a >> 8, a & 255, b >> 8, b & 255].join(".");
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}
