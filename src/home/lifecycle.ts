// What happens to a home beside messages: sockets open and close, memory begins anew, time passes.

import { after, type EpochMs, millis } from "../base/brand";
import { earlier } from "../base/timer-table";
import type { DialogName, PageNews } from "../contracts/parcel";
import type { OpeningFacts } from "../contracts/socket-facts";
import { nextDialogSweep, sweepDialogs } from "../dialog/end-dialog";
import { sweepPublications } from "../presence/publication";
import type { SipRequest } from "../sip/message";
import { admitToken, never, saveFailures } from "./authentication";
import { nextParked } from "./calls/absent-page";
import { nextCallAlarm, nextCallTick } from "./calls/call-deadlines";
import { isTalkedElsewhere } from "./calls/call-elsewhere";
import { callsTimePassed, callsWoke, socketLeftCalls } from "./calls/call-flows";
import { nextUnheard } from "./calls/unheard";
import { isStranger, ownToGo, strangerToGo } from "./crowd";
import { beginAway, beginGrace, liveBindingsOf } from "./device";
import { applyDialogs } from "./dialog-rows";
import { endPage } from "./dialogs";
import { advanceNotifier, restartNotifiers, sweepSubscriptions } from "./events/notify";
import { applyPublications } from "./events/publish";
import { resumeEvents } from "./events/settle-events";
import { nextRuling } from "./events/user-rules";
import { forgetOldDevices } from "./forget-device";
import { listDueAt, nextListAlarm, resumeLists, sweepLists } from "./lists/lists";
import { advanceDelivery, sweepDeliveries } from "./messages/deliver";
import { sweepMessages } from "./messages/message-log";
import { advanceRedelivery, deliverOwed, sweepRedeliveries } from "./messages/redeliver";
import { isPageLost, isPageOpen } from "./page";
import { forgetStranger } from "./rate";
import { sweepForwards } from "./relay";
import { judgeSession } from "./session";
import type { HomeState, Socket } from "./state";
import { emit, log, putSocket, respond, type Turn } from "./turn";

/** While something would be wrong if sockets vanished unseen, the object looks for itself this often. */
const watchInterval = millis(15 * 60_000);
/** Where only answers can let a telling go on, they do so as they come; the alarm is for their not coming. */
const heldUpInterval = millis(5_000);
/** A call that nobody ends is worse than a watcher that nobody tells. */
const callWatchInterval = millis(5 * 60_000);

const tooMany = "Too many connections";

/** A socket was accepted; a stranger's may cost another stranger's place, the user's own another of the user's. */
export function socketOpened(turn: Turn, id: string, { session, ...facts }: OpeningFacts): void {
  const hasToken = facts.token?.aor === turn.state.aor && admitToken(turn);
  // A session that does not hold is as good as none, or a stale cookie would shut out whoever has the password.
  const judged = hasToken || session === undefined ? undefined : judgeSession(turn, session);
  const isKnown = hasToken || judged !== undefined;
  const socket = putSocket(turn, {
    id,
    facts,
    openedAt: turn.now,
    challengedAt: undefined,
    authenticatedUntil: isKnown ? (judged?.expiresAt ?? facts.token?.expiresAt ?? never) : undefined,
    nonceUse: undefined,
    bindings: [],
    page: undefined,
    pinged: false,
  });
  const { limits } = turn.ports.settings;
  if (facts.token !== undefined && !isKnown) return close(turn, id, 1008, "Unknown user");
  const gone = isKnown
    ? ownToGo(turn.state.sockets.values(), socket, limits, turn.now)
    : strangerToGo(turn.state.sockets.values(), facts.address, limits);
  if (gone !== undefined) close(turn, gone.id, 1013, tooMany);
}

/** A stranger's socket is the user's now. False when there is no place for it: it is answered, and closed. */
export function socketLoggedIn(turn: Turn, socket: Socket, request: SipRequest): boolean {
  forgetStranger(turn.state, socket.id);
  const gone = ownToGo(turn.state.sockets.values(), socket, turn.ports.settings.limits, turn.now);
  if (gone?.id === socket.id) {
    respond(turn, socket.id, request, 503, { reason: tooMany, lines: [["Retry-After", "30"]] });
  }
  if (gone !== undefined) close(turn, gone.id, 1013, tooMany);
  return gone?.id !== socket.id;
}

/** Closes a socket; what its closing means is done at once, the close event that follows finds nothing. */
export function close(turn: Turn, id: string, code: number, reason: string): void {
  emit(turn, { kind: "closeSocket", socket: id, code, reason });
  socketClosed(turn, id);
}

/** A socket is gone: what was under way on it is undecided, and its devices have their grace. */
export function socketClosed(turn: Turn, id: string): void {
  const socket = turn.state.sockets.get(id);
  if (socket === undefined) return;
  turn.state.sockets.delete(id);
  turn.state.rates.delete(id);
  forgetStranger(turn.state, id);
  turn.state.noted.delete(id);
  if (socket.page !== undefined) turn.state.lostPages.set(socket.page, turn.now);
  for (const device of [...turn.state.redeliveries.keys()]) {
    advanceRedelivery(turn, device, { kind: "flowClosed", socket: id });
  }
  for (const key of turn.state.deliveries.keys()) {
    advanceDelivery(turn, key, { kind: "flowClosed", socket: id });
  }
  for (const { device } of socket.bindings) {
    turn.changed.add("reg");
    settleAbsence(turn, device);
    // Another tab of the device is here: what was under way on this one goes there.
    deliverOwed(turn, device);
  }
  socketLeftCalls(turn, socket);
}

/** A device without a live binding begins its grace. */
function settleAbsence(turn: Turn, id: string): void {
  const device = turn.state.devices.get(id);
  if (device?.state === "live" && liveBindingsOf(turn, id).length === 0) beginGrace(turn, device);
}

/** Memory was read from rows: sockets that vanished unseen are discovered, and what is owed goes on. */
export function woke(turn: Turn, isToldOfAnEnd: boolean): void {
  const devices = [...turn.state.devices.values()];
  const wereDevices = new Map(devices.map(({ id, state }) => [id, state]));
  for (const device of devices) {
    settleAbsence(turn, device.id);
    if (turn.state.devices.get(device.id)?.state === "live") deliverOwed(turn, device.id);
  }
  // The versions of lists are with the sockets, and the CSeq of what is told once more counts from them.
  resumeLists(turn);
  restartNotifiers(turn);
  resumeEvents(turn);
  sweepMessages(turn);
  callsWoke(turn, isToldOfAnEnd, wereDevices);
}

/** A page that subscribed here is back, or will not come back (its home says so). */
export function pagesTold(turn: Turn, news: PageNews, dialogs: readonly DialogName[]): void {
  const kind = news === "gone" ? "pageGone" : "pageReturned";
  for (const { callId, localTag, remoteTag } of dialogs) {
    for (const subscription of turn.state.subscriptions.ofCallId(callId)) {
      const isIt = subscription.localTag === localTag && subscription.remoteTag === remoteTag;
      if (isIt) advanceNotifier(turn, subscription, { kind });
    }
  }
}

/** Time has passed: whatever is due happens. May come late, twice, or for nothing. */
export function timePassed(turn: Turn): void {
  turn.changed.add("presence").add("presence.winfo").add("reg");
  sweepDeliveries(turn);
  sweepRedeliveries(turn);
  sweepForwards(turn);
  sweepStrangers(turn);
  saveFailures(turn);
  sweepDevices(turn);
  sweepPages(turn);
  callsTimePassed(turn);
  applyDialogs(turn, sweepDialogs(turn.state.dialogs, turn.now));
  sweepSubscriptions(turn);
  sweepLists(turn);
  applyPublications(turn, sweepPublications([...turn.state.publications.values()], turn.now));
  sweepMessages(turn);
}

function sweepStrangers(turn: Turn): void {
  const { strangerLifetime } = turn.ports.settings.limits;
  for (const socket of [...turn.state.sockets.values()]) {
    if (!isStranger(socket) || after(socket.openedAt, strangerLifetime) > turn.now) continue;
    log(turn, "stranger timed out", { address: socket.facts.address });
    close(turn, socket.id, 1008, "Not authenticated in time");
  }
}

function sweepDevices(turn: Turn): void {
  for (const device of [...turn.state.devices.values()]) {
    if (device.state === "live" && liveBindingsOf(turn, device.id).length === 0) {
      const isOpen = [...turn.state.sockets.values()].some((socket) =>
        socket.bindings.some((binding) => binding.device === device.id),
      );
      // A binding that was not refreshed is over at once; a socket that is gone has its grace.
      if (isOpen) beginAway(turn, device, "expired");
      else beginGrace(turn, device);
    } else if (device.state === "grace" && (device.graceUntil ?? turn.now) <= turn.now) {
      beginAway(turn, device, "grace over");
    }
  }
  forgetOldDevices(turn);
}

/** Pages that did not come back in their grace take their dialogs with them. */
function sweepPages(turn: Turn): void {
  for (const page of turn.state.dialogs.pages()) {
    if (!isPageOpen(turn, page) && isPageLost(turn, page)) endPage(turn, page);
  }
  for (const page of [...turn.state.lostPages.keys()])
    if (isPageLost(turn, page)) turn.state.lostPages.delete(page);
}

/** The nearest moment that only memory knows of: for a timer that dies with the object. Asked for at each step. */
export function nextTick(state: HomeState, turnOf: Pick<Turn, "ports">): EpochMs | undefined {
  // All forwards are given the same time, so the first is the oldest.
  let next = earlier(state.forwards.values().next().value?.giveUpAt, state.saveFailuresAt);
  next = earlier(next, state.deliveries.dueAt);
  next = earlier(next, nextParked(state.parked));
  next = earlier(next, nextUnheard(state.unheard));
  for (const { dueAt } of state.fanOuts.values()) next = earlier(next, dueAt);
  for (const id of state.lists.keys()) next = earlier(next, listDueAt(state, id, turnOf.ports.settings));
  next = earlier(next, nextCallTick(state.calls, turnOf.ports.settings.calls.backWithin));
  for (const { timers } of state.redeliveries.values()) next = earlier(next, timers.answer);
  const { strangerLifetime } = turnOf.ports.settings.limits;
  for (const { authenticatedUntil, openedAt } of state.sockets.values()) {
    if (authenticatedUntil === undefined) next = earlier(next, after(openedAt, strangerLifetime));
  }
  return next;
}

/**
 * The nearest moment that must not be missed: for the object's alarm. Unwatched, only graces are waited for;
 * whatever else is over is found out when it is next looked at (design "Otherwise expiry is judged when read").
 */
export function nextAlarm(state: HomeState, now: EpochMs): EpochMs | undefined {
  let next = earlier(nextDialogSweep(state.dialogs, state.unwritten), nextCallAlarm(state.calls));
  for (const { graceUntil } of state.devices.values()) next = earlier(next, graceUntil);
  // A pause between tries is minutes long: after it the object is woken, and looks at what the log owes.
  for (const { timers } of state.redeliveries.values()) next = earlier(next, timers.retry);
  if (state.toJudge.size > 0) next = earlier(next, now);
  for (const { queue, isHeldUp } of state.fanOuts.values()) {
    if (queue.size > 0) next = earlier(next, isHeldUp ? after(now, heldUpInterval) : now);
  }
  next = earlier(next, nextListAlarm(state, now));
  const hasWatcher = state.subscriptions.size > 0;
  if (hasWatcher) {
    next = earlier(next, state.subscriptions.dueAt);
    for (const { expiresAt } of state.publications.values()) next = earlier(next, expiresAt);
    // What is too old is not counted any more (RFC 3842).
    if (state.subscriptions.isWatched("message-summary")) next = earlier(next, state.log.nextExpiry);
    next = earlier(next, nextRuling(state, now));
  }
  const hasCall = [...state.calls.values()].some((call) => !isTalkedElsewhere(call, now));
  const isWorthALook =
    hasWatcher ||
    hasCall ||
    state.dialogs.standing().some(({ id, call }) => call === undefined && !state.unwritten.has(id));
  return isWorthALook ? earlier(next, after(now, hasCall ? callWatchInterval : watchInterval)) : next;
}

/** Whether somebody is to be told yet: an answer may then be what makes the next burst due. */
export function isTelling({ fanOuts }: HomeState): boolean {
  for (const { queue } of fanOuts.values()) if (queue.size > 0) return true;
  return false;
}
