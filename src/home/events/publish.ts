// PUBLISH at the home of its presentity (RFC 3903 §6): only the user publishes, and only here.

import { seconds } from "../../base/brand";
import { allowPublishing } from "../../events/supported-packages";
import { endPublicationsOf, type PublicationChange, processPublish } from "../../presence/publication";
import { parseEvent } from "../../sip/headers/event";
import { parseDeltaSeconds } from "../../sip/headers/integer";
import { tokenList } from "../../sip/headers/list";
import { body, headerValue, headerValues, type SipRequest } from "../../sip/message";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import type { Socket } from "../state";
import { entityOf } from "../tenancy";
import { emit, refuse, respond, type Turn } from "../turn";

/** Characters of a refusal's detail that are logged. */
const longestDetail = 200;

export function receivePublish(
  turn: Turn,
  socket: Socket,
  request: SipRequest,
  presentity: AddressOfRecord,
): void {
  // RFC 3903 §6 step 2: who may publish here.
  if (presentity !== turn.state.aor) {
    return refuse(turn, socket.id, request, { status: 403, reason: "Not your presence" });
  }
  // RFC 3261 §8.2.2.3: no extension changes what a PUBLISH does here.
  const required = tokenList(headerValues(request, "require"));
  if (required.length > 0) {
    const lines = [["Unsupported", required.join(", ")]] as const;
    return refuse(turn, socket.id, request, { status: 420, lines });
  }
  const event = parseEvent(headerValue(request, "event") ?? "");
  // RFC 3903 §6 step 2
  if (!event.ok || event.value.package !== "presence") {
    const lines = [["Allow-Events", allowPublishing()]] as const;
    return refuse(turn, socket.id, request, { status: 489, reason: "Bad Event", lines });
  }
  const { events, limits } = turn.ports.settings;
  const expires = parseDeltaSeconds(headerValue(request, "expires") ?? "");
  const outcome = processPublish(
    [...turn.state.publications.values()],
    {
      event: event.value.package,
      ifMatch: headerValues(request, "sip-if-match"),
      expires: expires === undefined ? undefined : seconds(expires),
      contentType: headerValue(request, "content-type"),
      body: body(request),
      device: socket.bindings.at(-1)?.device ?? "",
      endsWithDevice: headerValue(request, "durasip-ends-with")?.trim().toLowerCase() === "device",
    },
    {
      entity: entityOf(turn),
      settings: { ...events, body: limits.body },
      newEntityTag: turn.ports.entropy.token(),
      now: turn.now,
    },
  );
  if (!outcome.ok) {
    const { status, headers, detail, reason } = outcome.error;
    // The detail quotes the client's XML: it is for the log, where it is short, and not for a status line.
    const refusal = { status, lines: headers, ...(reason === undefined ? {} : { reason }) };
    return refuse(turn, socket.id, request, refusal, detail.slice(0, longestDetail));
  }
  applyPublications(turn, outcome.value.changes);
  const { entityTag } = outcome.value;
  respond(turn, socket.id, request, 200, {
    lines: [
      ["SIP-ETag", entityTag],
      ["Expires", String(outcome.value.expires)],
    ],
  });
}

/**
 * The device is away: what it published with `Durasip-Ends-With: device` ends. A page cannot take its state back when
 * its tab is closed, and RFC 3903 knows of no end but Expires: a closed tab would stay open to all watchers for an hour.
 */
export function endPublications(turn: Turn, device: string): void {
  applyPublications(turn, endPublicationsOf([...turn.state.publications.values()], device));
}

/** Makes changes of publications true in memory and in rows. */
export function applyPublications(turn: Turn, changes: readonly PublicationChange[]): void {
  if (changes.length > 0) turn.changed.add("presence");
  for (const change of changes) {
    if (change.kind === "putPublication")
      turn.state.publications.set(change.publication.id, change.publication);
    else turn.state.publications.delete(change.id);
    emit(turn, change);
  }
}
