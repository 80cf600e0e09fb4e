// The administrator's questions and orders (contracts/administration.ts) as steps of the home.

import { ha1Set } from "../auth/digest";
import { type EpochMs, epochMs } from "../base/brand";
import type { Account } from "../contracts/account";
import type {
  AccountChange,
  AccountView,
  DeviceView,
  ServerMessage,
  StoredMessageView,
} from "../contracts/administration";
import { instanceOf } from "../flow/gruu";
import { buildRequest } from "../sip/build";
import { parseNameAddr } from "../sip/headers/name-addr";
import { body, headerValue } from "../sip/message";
import { parseMessage } from "../sip/parser";
import { type AddressOfRecord, aorHost } from "../sip/uri/address-of-record";
import { formatDateTime } from "../xml/date-time";
import { flowView, lastSeenAt, socketsOf } from "./account-lists";
import { endCallsOf } from "./calls/absent-page";
import { deviceKey } from "./device";
import { judgeAnew } from "./events/judge-anew";
import { advanceNotifier } from "./events/notify";
import { noteDeactivated } from "./events/registration-info";
import { forgetDevice } from "./forget-device";
import { sendOwn } from "./forward";
import { close } from "./lifecycle";
import type { Device, HomeState, StoredMessage } from "./state";
import { emit, newBranch, realmOf, type Turn } from "./turn";

/** Why a home hangs up for its pages (RFC 3326). */
const accountClosed = 'SIP;cause=480;text="Logged out"';

/** The account, disabled or not; nothing of a name that is free or an alias. */
export function anyAccount(state: HomeState): Account | undefined {
  return state.tenancy?.kind === "account" ? state.tenancy.account : undefined;
}

/**
 * Makes or changes the account. A password becomes H(A1)s here and is forgotten. `claiming` are names that are about
 * to be claimed for it.
 */
export function putAccount(
  turn: Turn,
  spelling: string,
  change: AccountChange,
  claiming: readonly AddressOfRecord[] = [],
): Account {
  const known = anyAccount(turn.state);
  const aliases = change.aliases ?? known?.aliases ?? [];
  const mayLeadHere = [...(known?.looseAliases ?? []), ...(known?.aliases ?? []), ...claiming];
  const spelled = change.spelling ?? known?.spelling ?? spelling;
  const account: Account = {
    aor: turn.state.aor,
    spelling: spelled,
    ha1s: ha1sOf(turn, spelled, change, known),
    aliases,
    looseAliases: [...new Set(mayLeadHere)].filter((name) => !aliases.includes(name)),
    enabled: change.enabled ?? known?.enabled ?? true,
    blocked: change.blocked ?? known?.blocked ?? [],
    ...decided("rules", change.rules, known?.rules),
    ...decided("group", change.group, known?.group),
    createdAt: known?.createdAt ?? turn.now,
    ...loggedOut(known, change, turn.now),
  };
  turn.state.tenancy = { kind: "account", account };
  emit(turn, { kind: "putTenancy", tenancy: turn.state.tenancy });
  // The list has names, and who of them may not log in.
  if (known?.enabled !== account.enabled) emit(turn, { kind: "announce", change: "added" });
  // Design "Password changed or account disabled": sockets closed 1008, so that each logs in anew.
  if (known !== undefined && isLogout(known, change)) {
    endCallsOf(turn, accountClosed);
    closeAll(turn, "Log in again");
  }
  judgeAnew(turn);
  return account;
}

/** Whether a change is one after which everybody has to log in anew. */
const isLogout = (known: Account, { password, ha1s, enabled }: AccountChange): boolean =>
  password !== undefined || ha1s !== undefined || !(enabled ?? known.enabled);

const loggedOut = (
  known: Account | undefined,
  change: AccountChange,
  now: EpochMs,
): Pick<Account, "loggedOutAt"> => {
  const loggedOutAt = known !== undefined && isLogout(known, change) ? now : known?.loggedOutAt;
  return loggedOutAt === undefined ? {} : { loggedOutAt };
};

/** A member that is changed, taken away by `null`, or stays. */
function decided<Name extends string, Value>(
  name: Name,
  change: Value | null | undefined,
  known: Value | undefined,
): { readonly [Key in Name]?: Value } {
  const value = change === undefined ? known : (change ?? undefined);
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
}

/** The loose names have been freed. */
export function aliasesFreed(turn: Turn): void {
  const account = anyAccount(turn.state);
  if (account === undefined) return;
  turn.state.tenancy = { kind: "account", account: { ...account, looseAliases: [] } };
  emit(turn, { kind: "putTenancy", tenancy: turn.state.tenancy });
}

function ha1sOf(
  turn: Turn,
  spelling: string,
  change: AccountChange,
  known: Account | undefined,
): Account["ha1s"] {
  if (change.password !== undefined) {
    const user = spelling.slice(0, spelling.lastIndexOf("@"));
    return ha1Set(turn.ports.keyring.hash, user, aorHost(turn.state.aor), change.password);
  }
  if (change.ha1s === undefined) return known?.ha1s ?? { user: {}, aor: {} };
  return { user: change.ha1s.user ?? {}, aor: change.ha1s.aor ?? {} };
}

/** The account and everything with it goes. False when there is none. */
export function deleteAccount(turn: Turn): boolean {
  if (anyAccount(turn.state) === undefined) return false;
  endCallsOf(turn, accountClosed);
  closeAll(turn, "Account deleted");
  for (const subscription of [...turn.state.subscriptions.values()]) {
    advanceNotifier(turn, subscription, { kind: "ended", reason: "noresource" });
  }
  turn.state.tenancy = undefined;
  emit(turn, { kind: "deleteEverything" }, { kind: "announce", change: "removed" });
  return true;
}

function closeAll(turn: Turn, reason: string): void {
  for (const id of [...turn.state.sockets.keys()]) close(turn, id, 1008, reason);
}

/** Closes every socket of a device; with `forget` its row goes too. */
export function disconnectDevice(turn: Turn, id: string, forget: boolean): boolean {
  const device = [...turn.state.devices.values()].find((known) => deviceKey(turn, known) === id);
  if (device === undefined) return false;
  for (const socket of [...turn.state.sockets.values()]) {
    const isIts = socket.bindings.some((binding) => binding.device === device.id);
    if (isIts) close(turn, socket.id, 1008, "Disconnected by the administrator");
  }
  if (!forget) return true;
  const last = turn.state.devices.get(device.id) ?? device;
  noteDeactivated(turn, last);
  forgetDevice(turn, last);
  return true;
}

/** Sends a MESSAGE from the server to this user; its outcome settles the ticket. */
export function sendServerMessage(turn: Turn, message: ServerMessage, ticket: string): void {
  const branch = newBranch(turn);
  const { entropy } = turn.ports;
  const to = `<sip:${anyAccount(turn.state)?.spelling ?? turn.state.aor}>`;
  const text = buildRequest(
    "MESSAGE",
    `sip:${turn.state.aor}`,
    [
      ["Via", `SIP/2.0/WSS ${realmOf(turn)};branch=${branch}`],
      ["Max-Forwards", "70"],
      ["From", `<${message.from}>;tag=${entropy.token()}`],
      ["To", to],
      ["Call-ID", `${entropy.token()}@${realmOf(turn)}`],
      ["CSeq", "1 MESSAGE"],
      ["Content-Type", message.contentType],
    ],
    message.body,
  );
  sendOwn(turn, turn.state.aor, { kind: "administration", ticket }, branch, text);
}

/** Removes what is over from the log of calls. */
export const clearCalls = (turn: Turn): void => emit(turn, { kind: "clearCalls" });

/** Removes the whole log; what is on its way to a device from it is no longer anybody's. */
export function clearMessages(turn: Turn): void {
  const { deliveries, branches, redeliveries } = turn.state;
  for (const key of deliveries.keys()) {
    const delivery = deliveries.get(key);
    if (delivery !== undefined) deliveries.set(key, { ...delivery, sequence: undefined });
  }
  for (const [branch, known] of branches) if (known.kind === "stored") branches.delete(branch);
  redeliveries.clear();
  emit(turn, { kind: "clearMessages" });
}

/** What the administrator sees of an account: which algorithms it can log in with, never a secret. */
export function accountView(account: Account): AccountView {
  const { user, aor } = account.ha1s;
  const algorithms = (["SHA-512-256", "SHA-256", "MD5"] as const).filter(
    (algorithm) => (user[algorithm] ?? aor[algorithm]) !== undefined,
  );
  return {
    aor: account.aor,
    spelling: account.spelling,
    enabled: account.enabled,
    aliases: account.aliases,
    blocked: account.blocked,
    ...(account.rules === undefined ? {} : { rules: account.rules }),
    ...(account.group === undefined ? {} : { group: account.group }),
    algorithms,
    createdAt: formatDateTime(account.createdAt),
  };
}

/** `pingedAt`: when the platform last answered a keep-alive on a socket. */
export function deviceView(
  turn: Turn,
  device: Device,
  owed: number,
  pingedAt: (socket: string) => EpochMs | undefined = () => undefined,
): DeviceView {
  const sockets = socketsOf(turn, device);
  const [newest] = sockets;
  const country = newest?.facts.country;
  return {
    id: deviceKey(turn, device),
    instance: device.id === "" ? undefined : instanceOf(device.id),
    contact: device.contact,
    state: device.state,
    since: formatDateTime(device.since),
    userAgent: device.userAgent,
    address: device.address,
    ...(country === undefined ? {} : { country }),
    lastSeenAt: formatDateTime(lastSeenAt(turn, device, pingedAt)),
    ...(newest === undefined ? {} : { flow: flowView(newest, device.id) }),
    flows: sockets.length,
    owed,
  };
}

/** A log entry for reading; undefined for one that no longer parses. */
export function messageView(message: StoredMessage): StoredMessageView | undefined {
  const parsed = parseMessage(message.frame);
  const request = parsed.ok && parsed.value.kind === "request" ? parsed.value : undefined;
  if (request === undefined) return undefined;
  const address = (name: string): string => {
    const read = parseNameAddr(headerValue(request, name) ?? "");
    return read.ok ? read.value.uri : "";
  };
  return {
    sequence: message.sequence,
    direction: message.direction,
    from: address("from"),
    to: address("to"),
    at: formatDateTime(message.at),
    expiresAt: formatDateTime(epochMs(message.expiresAt)),
    contentType: headerValue(request, "content-type") ?? "text/plain",
    body: request.octets ? btoa(body(request)) : body(request),
    encoding: request.octets ? "base64" : "text",
    taken: message.taken,
  };
}
