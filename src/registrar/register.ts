// REGISTER (RFC 3261 §10.3, 5626 §6, 5627 §5): from the request and the bindings there are, the bindings there
// will be and what the 200 says. Pure: the socket's attachment and the device's row are the caller's.
//
// Whatever host a Contact names, the flow is the socket the REGISTER came on (RFC 5626 §4.2): browsers send
// `.invalid` hosts, and no Contact is ever resolved.

import { after, type EpochMs, type Seconds, secondsUntil, toMillis } from "../base/brand";
import { err, ok, type Result } from "../base/result";
import type { RegistrationSettings } from "../contracts/settings";
import type { HeaderLine } from "../sip/build";
import { type Contact, parseContacts } from "../sip/headers/contact";
import { tokenList } from "../sip/headers/list";
import { headerValues } from "../sip/message";
import { parameter } from "../sip/parameters";
import type { Refusal } from "../sip/refusal";
import { uriEquals } from "../sip/uri/equal";
import { parseUri } from "../sip/uri/uri";
import { type Binding, bindingLimits, deviceWithoutInstance, isCurrent, octetsOfBindings } from "./binding";
import { contactEcho } from "./contact-echo";
import { refreshedBinding } from "./refresh";
import {
  expiresHeader,
  type FlowBindings,
  grantedExpires,
  isOutOfOrder,
  isTooBrief,
  orderOf,
  type RegisterInput,
  supports,
} from "./register-input";

export interface RegisterOutcome {
  /** The bindings of each socket whose bindings change. */
  readonly changed: readonly FlowBindings[];
  /** The binding that is there again as it was, when that is all there is to it. */
  readonly refreshed?: Binding;
  /** Sockets whose page came back on this one: their flow is superseded (RFC 5626 §6). */
  readonly superseded: readonly string[];
  /** Header fields of the 200 beside those copied from the request. */
  readonly lines: readonly HeaderLine[];
}

type Outcome = Result<RegisterOutcome, Refusal>;

const supportedExtensions = new Set(["path", "outbound", "gruu"]);

/** Flow-Timer (RFC 5626 §4.4.1, §5.4): keep-alives are free here, a dead flow should show soon. */
const flowTimer = "120";

export function processRegister(input: RegisterInput, now: EpochMs): Outcome {
  const { request } = input;
  const unsupported = tokenList(headerValues(request, "require")).filter(
    (option) => !supportedExtensions.has(option.toLowerCase()),
  );
  // RFC 3261 §10.3 step 2
  if (unsupported.length > 0) return refuse(420, "", [["Unsupported", unsupported.join(", ")]]);
  const values = headerValues(request, "contact");
  const refreshed = refreshedBinding(input, values, now);
  if (refreshed !== undefined)
    return ok({ ...outcomeOf(input, [refreshed], input.others, [], now), refreshed });
  const contacts = parseContacts(values);
  if (!contacts.ok) return refuse(400, "Bad Contact");
  if (contacts.value === "*") return removeAll(input);
  // RFC 3261 §10.3 step 6: no Contact asks for the bindings there are.
  if (contacts.value.length === 0) return ok(outcomeOf(input, input.own.bindings, input.others, [], now));
  return update(input, contacts.value, now);
}

/** RFC 3261 §10.3 step 6: `*` only with an Expires of zero and nothing beside it. The sockets stay. */
function removeAll(input: RegisterInput): Outcome {
  if (expiresHeader(input.request) !== 0) return refuse(400, "Contact * needs Expires: 0");
  const order = orderOf(input.request);
  const all = [input.own, ...input.others];
  if (all.some(({ bindings }) => bindings.some((binding) => isOutOfOrder(binding, order)))) return outOfOrder;
  return ok({
    changed: all.filter((flow) => flow.bindings.length > 0).map(({ socket }) => ({ socket, bindings: [] })),
    superseded: [],
    lines: [],
  });
}

function update(input: RegisterInput, contacts: readonly Contact[], now: EpochMs): Outcome {
  const refusal = refuseContacts(contacts, input.settings);
  if (refusal !== undefined) return err(refusal);
  let own = input.own.bindings.filter((known) => isCurrent(known, now));
  let others = input.others;
  const superseded: string[] = [];
  // Of two equal Contacts in one REGISTER the later counts; neither is out of order.
  const added = new Set<Binding>();
  for (const contact of contacts) {
    const binding = bindingOf(input, contact, now);
    if (!binding.ok) return binding;
    const same = sameContacts([...own, ...others.flatMap((flow) => flow.bindings)], binding.value);
    const isSame = (known: Binding): boolean => same.has(known);
    const isLate = (known: Binding): boolean =>
      !added.has(known) && isOutOfOrder(known, orderOf(input.request));
    if ([...same].some(isLate)) return outOfOrder;
    const ends = binding.value.expiresAt <= now;
    own = own.filter((other) => !isSame(other));
    // The newer of two tabs is the one that came later, not the one that refreshed last.
    const [known] = same;
    const current = { ...binding.value, registeredAt: known?.registeredAt ?? now };
    added.add(current);
    if (!ends) own = [...own, current];
    // The same page on another socket: it has come back, and the old socket is the dead one.
    for (const flow of others.filter((other) => other.bindings.some(isSame)))
      if (!ends) superseded.push(flow.socket);
    others = others.map((flow) => ({ ...flow, bindings: flow.bindings.filter((other) => !isSame(other)) }));
  }
  const { ofOneSocket, octetsOfOneSocket } = bindingLimits;
  if (own.length > ofOneSocket || octetsOfBindings(own) > octetsOfOneSocket)
    return refuse(403, "Too many Contacts on this connection");
  return ok(outcomeOf(input, own, others, superseded, now));
}

/** RFC 3261 §10.3 step 7: Contacts are compared as URIs (§19.1.4), each device's with its own. */
function sameContacts(bindings: readonly Binding[], { uri, device }: Binding): ReadonlySet<Binding> {
  const parsed = parseUri(uri);
  const isEqual = (other: string): boolean => {
    if (other === uri) return true;
    const known = parsed.ok ? parseUri(other) : parsed;
    return parsed.ok && known.ok && uriEquals(known.value, parsed.value);
  };
  return new Set(bindings.filter((known) => known.device === device && isEqual(known.uri)));
}

function refuseContacts(contacts: readonly Contact[], settings: RegistrationSettings): Refusal | undefined {
  if (contacts.length > settings.contactsPerRegister) return { status: 400, reason: "Too many Contacts" };
  const withRegId = contacts.filter((contact) => regIdOf(contact) !== undefined);
  // RFC 5626 §6: a REGISTER with a reg-id has one Contact that does not expire.
  if (withRegId.length > 0 && contacts.length > 1)
    return { status: 400, reason: "reg-id with several Contacts" };
  const tooBrief = contacts.some(({ expires }) => isTooBrief(expires, settings));
  return tooBrief ? intervalTooBrief(settings.minExpires) : undefined;
}

function bindingOf(input: RegisterInput, contact: Contact, now: EpochMs): Result<Binding, Refusal> {
  const { request, settings } = input;
  const asked = contact.expires ?? expiresHeader(request);
  if (isTooBrief(asked, settings)) return err(intervalTooBrief(settings.minExpires));
  const order = orderOf(request);
  const { nameAddr } = contact;
  const instance = parameter(nameAddr.parameters, "+sip.instance");
  const device = typeof instance === "string" ? instance : deviceWithoutInstance;
  const echo = contactEcho(contact.text, nameAddr.uri);
  const { uri: longestUri, echo: longestEcho, device: longestDevice, callId: longestCallId } = bindingLimits;
  if (device.length > longestDevice || nameAddr.uri.length > longestUri || echo.length > longestEcho)
    return err({ status: 400, reason: "Contact too long" });
  if (order.callId.length > longestCallId) return err({ status: 400, reason: "Call-ID too long" });
  return ok({
    uri: nameAddr.uri,
    echo,
    device,
    regId: regIdOf(contact),
    q: contact.q ?? 1,
    callId: order.callId,
    sequence: order.sequence,
    registeredAt: now,
    expiresAt: after(now, toMillis(grantedExpires(asked, input))),
    carbons: parameter(nameAddr.parameters, "+durasip.carbons") !== undefined,
    // RFC 5627 §5.1: asked for by the Supported header, for a Contact with an instance-id.
    gruu: device !== deviceWithoutInstance && supports(request, "gruu"),
  });
}

function outcomeOf(
  input: RegisterInput,
  own: readonly Binding[],
  others: readonly FlowBindings[],
  superseded: readonly string[],
  now: EpochMs,
): RegisterOutcome {
  const changed = others.filter(
    (flow, index) => flow.bindings.length !== input.others[index]?.bindings.length,
  );
  const lines: HeaderLine[] = [];
  const state = (binding: Binding): void => {
    if (isCurrent(binding, now)) lines.push(["Contact", contactLine(binding, input, now)]);
  };
  own.forEach(state);
  for (const { bindings } of others) bindings.forEach(state);
  if (supports(input.request, "outbound") && own.some((binding) => binding.regId !== undefined)) {
    // RFC 5626 §6: the option tag says that the flow is used as its rules have it.
    lines.push(["Require", "outbound"], ["Flow-Timer", flowTimer]);
  }
  return {
    changed: own === input.own.bindings ? changed : [{ socket: input.own.socket, bindings: own }, ...changed],
    superseded,
    lines,
  };
}

function contactLine(binding: Binding, input: RegisterInput, now: EpochMs): string {
  const gruus = binding.gruu ? input.gruus(binding) : undefined;
  const gruuParameters = gruus === undefined ? "" : `;pub-gruu="${gruus.pub}";temp-gruu="${gruus.temp}"`;
  return `${binding.echo}${gruuParameters};expires=${secondsUntil(binding.expiresAt, now)}`;
}

const outOfOrder = err<Refusal>({ status: 500, reason: "REGISTER out of order" });

const intervalTooBrief = (minExpires: Seconds): Refusal => ({
  status: 423,
  lines: [["Min-Expires", String(minExpires)]],
});

const refuse = (status: number, reason: string, lines: readonly HeaderLine[] = []): Outcome =>
  err(reason === "" ? { status, lines } : { status, reason, lines });

function regIdOf(contact: Contact): number | undefined {
  const { parameters } = contact.nameAddr;
  // RFC 5626 §6: without an instance-id a reg-id means nothing.
  if (typeof parameter(parameters, "+sip.instance") !== "string") return undefined;
  const value = parameter(parameters, "reg-id");
  return typeof value === "string" && /^[1-9][0-9]{0,9}$/.test(value) ? Number(value) : undefined;
}
