// An entry of the log of calls, as it is told over HTTP.

import type { EpochMs } from "../../base/brand";
import { type CallRecord, type CallView, isMissed } from "../../contracts/call-record";
import { formatDateTime } from "../../xml/date-time";
import { deviceKey } from "../device";
import type { Turn } from "../turn";

export function callView(turn: Turn, record: CallRecord): CallView {
  const {
    id,
    direction,
    callId,
    peer,
    peerName,
    startedAt,
    answeredAt,
    endedAt,
    outcome,
    status,
    device,
    forwardedTo,
  } = record;
  // Who has sent a call on is told that it was taken, not when it ended.
  const isTimed = outcome === "answered" && answeredAt !== undefined && endedAt !== undefined;
  return {
    id,
    direction,
    callId,
    peer,
    ...(peerName === undefined ? {} : { peerName }),
    startedAt: formatDateTime(startedAt),
    ...moment("answeredAt", answeredAt),
    ...moment("endedAt", endedAt),
    ...(isTimed ? { duration: Math.round((endedAt - answeredAt) / 1000) } : {}),
    outcome,
    missed: isMissed(record),
    ...(status === undefined ? {} : { status }),
    ...(device === undefined ? {} : { device: deviceKey(turn, { id: device }) }),
    ...(forwardedTo === undefined ? {} : { forwardedTo }),
  };
}

const moment = <Name extends string>(name: Name, at: EpochMs | undefined) =>
  (at === undefined ? {} : { [name]: formatDateTime(at) }) as { readonly [Key in Name]?: string };
