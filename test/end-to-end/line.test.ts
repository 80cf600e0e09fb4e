// The page's own line (web/line) in real Chromium with real media, without a view: its calls, against itself and against
// stock clients, through the gateway as a user starts it.

import { describe, expect, it } from "vitest";
import type { Line } from "../../web/line/contract";
import { openLine as openWay } from "../support/cut-line";
import type { LineUser } from "../support/line-pages";
import { answer, lineWorld, offers, place, talk } from "../support/line-world";

const { gateway, killAndRestart, newUser, user, stock, closeLater } = lineWorld({ RING_SECONDS: "8" });

const both = { audio: 20, video: 10 } as const;

describe("a call between two pages", () => {
  it("has audio and video both ways, is held and resumed by either side, and ends for both", async () => {
    const [a, b] = await Promise.all([user(newUser("alice")), user(newUser("bob"))]);
    const [out, into] = await talk(a, b);
    await Promise.all([a.hears(both), b.hears(both)]);
    const hold = (who: LineUser, id: string, held: boolean): Promise<void> =>
      who.run((line, [call, on]) => line.calls.hold(call, on), [id, held] as const);
    await hold(a, out, true);
    await b.sees(into, ({ heldByPeer }) => heldByPeer);
    expect(await a.sees(out, ({ held }) => held)).toMatchObject({ heldByPeer: false, video: true });
    await hold(b, into, true);
    await a.sees(out, ({ heldByPeer }) => heldByPeer);
    await hold(a, out, false);
    await b.sees(into, ({ heldByPeer, held }) => !heldByPeer && held);
    await hold(b, into, false);
    await a.sees(out, ({ held, heldByPeer }) => !held && !heldByPeer);
    await Promise.all([a.hears(both), b.hears(both)]);
    await b.run((line, id) => line.calls.hangUp(id), into);
    expect(await a.ends(out)).toEqual({ kind: "hung-up", by: "them" });
    expect(await b.ends(into)).toEqual({ kind: "hung-up", by: "us" });
  });

  it("is declined for all devices, cancelled, given up, and refused where two others are open", async () => {
    const [alice, bob] = [newUser("alice"), newUser("bob")];
    const [a, b, b2] = await Promise.all([user(alice), user(bob), user(bob)]);
    const declined = await place(a, b);
    const [into, there] = await Promise.all([b.rings(), b2.rings()]);
    await b.run((line, id) => line.calls.decline(id), into);
    expect(await a.ends(declined)).toEqual({ kind: "declined" });
    expect(await b2.ends(there)).toEqual({ kind: "declined" });
    const cancelled = await place(a, b);
    const rang = await b.rings();
    await a.sees(cancelled, ({ phase }) => phase === "ringing");
    await a.run((line, id) => line.calls.hangUp(id), cancelled);
    expect(await a.ends(cancelled)).toEqual({ kind: "cancelled" });
    expect(await b.ends(rang)).toEqual({ kind: "cancelled" });
    const unanswered = await place(a, b);
    expect(await a.ends(unanswered)).toEqual({ kind: "no-answer" });
    expect((await a.log()).map(({ outcome }) => outcome)).toEqual(["noAnswer", "cancelled", "declined"]);
    const nobody = await a.run((line) => line.calls.call("nobody@localhost", { video: false }), undefined);
    expect(await a.ends(nobody)).toMatchObject({ kind: "unreachable" });
    await b2.close();
    const [c, d, e] = await Promise.all([
      user(newUser("carol")),
      user(newUser("dave")),
      user(newUser("erin")),
    ]);
    await talk(c, b, false);
    await talk(d, b, false);
    expect(await e.ends(await place(e, b))).toEqual({ kind: "busy" });
  });

  it("rings on all devices and stops where another has answered", async () => {
    const bob = newUser("bob");
    const [a, b, b2] = await Promise.all([user(newUser("alice")), user(bob), user(bob)]);
    const out = await place(a, b);
    const [into, there] = await Promise.all([b.rings(), b2.rings()]);
    await answer(b, into);
    await a.sees(out, ({ phase }) => phase === "active");
    expect(await b2.ends(there)).toEqual({ kind: "answered-elsewhere" });
  });

  it("holds the first for the second, and goes on with either", async () => {
    const [a, b, c] = await Promise.all([
      user(newUser("alice")),
      user(newUser("bob")),
      user(newUser("carol")),
    ]);
    const [first, into] = await talk(a, b, false);
    const out = await place(c, a, false);
    const second = await a.rings();
    await answer(a, second, false);
    await b.sees(into, ({ heldByPeer }) => heldByPeer);
    await c.sees(out, ({ phase }) => phase === "active");
    expect((await a.calls()).map(({ held }) => held)).toEqual([true, false]);
    await a.run((line, id) => line.calls.hold(id, false), first);
    await c.sees(out, ({ heldByPeer }) => heldByPeer);
    await b.sees(into, ({ heldByPeer }) => !heldByPeer);
    expect((await a.calls()).map(({ held }) => held)).toEqual([false, true]);
    await b.hears({ audio: 20 });
  });

  it("begins without video and is given some, from one side and then from both", async () => {
    const [a, b] = await Promise.all([user(newUser("alice")), user(newUser("bob"))]);
    const [out, into] = await talk(a, b, false);
    expect(await a.sees(out, () => true)).toMatchObject({ video: false, cameraOff: true });
    const camera = (who: LineUser, id: string, on: boolean): Promise<boolean> =>
      who.run((line, [call, state]) => line.calls.turnCamera(call, state), [id, on] as const);
    await camera(a, out, true);
    await b.sees(into, ({ video, cameraOff }) => video && cameraOff);
    await b.hears({ audio: 10, video: 10 });
    await camera(b, into, true);
    await a.hears({ audio: 10, video: 10 });
    await camera(a, out, false);
    await a.sees(out, ({ cameraOff, video }) => cameraOff && video);
    await b.run((line) => line.calls.open.get().length, undefined);
    const videoTracks = (line: Line): number =>
      line.calls.open.get()[0]?.remoteStream?.getVideoTracks().length ?? -1;
    await expect.poll(() => b.run(videoTracks, undefined)).toBe(0);
    expect(await a.run(videoTracks, undefined)).toBe(1);
  });

  it("goes on with another microphone and camera, and with another when one is pulled out", async () => {
    const [a, b] = await Promise.all([user(newUser("alice")), user(newUser("bob"))]);
    const [out] = await talk(a, b);
    await b.hears(both);
    const used = (line: Line): readonly (string | undefined)[] =>
      (line.calls.open.get()[0]?.localStream?.getTracks() ?? []).map((track) => track.id);
    const before = await a.run(used, undefined);
    const chosen = await a.page.evaluate(async () => {
      const devices = await navigator.mediaDevices.enumerateDevices();
      const last = (kind: string) => devices.findLast((device) => device.kind === kind)?.deviceId;
      const choice = { microphone: last("audioinput"), camera: last("videoinput"), speaker: undefined };
      window.linePage.line.calls.chooseDevices(choice);
      return choice;
    });
    expect(chosen.microphone).toBeDefined();
    await expect
      .poll(async () => (await a.run(used, undefined)).some((id) => before.includes(id)))
      .toBe(false);
    await b.hears(both);
    const then = await a.run(used, undefined);
    await a.run((line) => {
      const [track] = line.calls.open.get()[0]?.localStream?.getAudioTracks() ?? [];
      track?.dispatchEvent(new Event("ended"));
    }, undefined);
    await expect.poll(async () => (await a.run(used, undefined))[0] === then[0]).toBe(false);
    await b.hears(both);
    await a.sees(out, ({ phase }) => phase === "active");
    expect(offers(a)).toBe(1);
  });

  it("RFC 4733: a digit is a tone in the other side's ear", async () => {
    const [a, b] = await Promise.all([user(newUser("alice")), user(newUser("bob"))]);
    const [out] = await talk(a, b, false);
    await b.hears({ audio: 20 });
    await a.run((line, id) => line.calls.mute(id, true), out);
    const heard = b.page.evaluate(loudestTones, 4000);
    await a.run((line, id) => {
      for (const digit of "555") line.calls.sendDigit(id, digit);
    }, out);
    // Of the digit 5: 770 Hz and 1336 Hz.
    expect(await heard).toEqual([770, 1336]);
    expect(a.sent.join("")).not.toContain("INFO ");
  });
});

/** In the page: the two of the eight DTMF frequencies that were heard most, while it listened. */
async function loudestTones(milliseconds: number): Promise<readonly number[]> {
  const stream = window.linePage.calls()[0]?.remoteStream ?? new MediaStream();
  // Chromium feeds a remote stream to WebAudio only while an element plays it.
  const element = new Audio();
  element.srcObject = stream;
  element.muted = true;
  await element.play().catch(() => undefined);
  const context = new AudioContext();
  await context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  context.createMediaStreamSource(stream).connect(analyser);
  const tones = [697, 770, 852, 941, 1209, 1336, 1477, 1633];
  const loudest = new Map(tones.map((tone) => [tone, Number.NEGATIVE_INFINITY]));
  const bins = new Float32Array(analyser.frequencyBinCount);
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    analyser.getFloatFrequencyData(bins);
    for (const tone of tones) {
      const level =
        bins[Math.round((tone * analyser.fftSize) / context.sampleRate)] ?? Number.NEGATIVE_INFINITY;
      loudest.set(tone, Math.max(level, loudest.get(tone) ?? level));
    }
  }
  await context.close();
  const two = tones.sort((one, other) => (loudest.get(other) ?? 0) - (loudest.get(one) ?? 0)).slice(0, 2);
  return two.sort((one, other) => one - other);
}

describe("a call that is transferred", () => {
  it("RFC 3515: to an address, and is told of until it is answered", async () => {
    const [a, b, c] = await Promise.all([
      user(newUser("alice")),
      user(newUser("bob")),
      user(newUser("carol")),
    ]);
    const [out, into] = await talk(a, b, false);
    await a.run((line, [id, to]) => line.calls.transfer(id, to), [out, c.aor] as const);
    const taken = await c.rings();
    await a.sees(out, ({ transfer }) => transfer?.state === "ringing");
    await answer(c, taken, false);
    expect(await a.ends(out)).toEqual({ kind: "transferred", to: c.aor });
    await b.ends(into);
    await c.sees(taken, ({ phase, peer }) => phase === "active" && peer === b.aor);
    await Promise.all([b.hears({ audio: 20 }), c.hears({ audio: 20 })]);
  });

  it("RFC 3515: to one who declines, and both go on", async () => {
    const [a, b, c] = await Promise.all([
      user(newUser("alice")),
      user(newUser("bob")),
      user(newUser("carol")),
    ]);
    const [out, into] = await talk(a, b, false);
    await a.run((line, [id, to]) => line.calls.transfer(id, to), [out, c.aor] as const);
    await c.run((line, id) => line.calls.decline(id), await c.rings());
    await a.sees(out, ({ transfer }) => transfer?.state === "failed" && transfer.status === 603);
    await b.sees(into, ({ held, phase }) => !held && phase === "active");
    await Promise.all([a.hears({ audio: 20 }, 0), b.hears({ audio: 20 }, 0)]);
  });

  it("RFC 3891: to whom one talks in another call", async () => {
    const [a, b, c] = await Promise.all([
      user(newUser("alice")),
      user(newUser("bob")),
      user(newUser("carol")),
    ]);
    const [first, into] = await talk(a, b, false);
    const [second, asked] = await talk(a, c, false);
    await a.run((line, [one, other]) => line.calls.join(one, other), [first, second] as const);
    expect(await a.ends(first)).toEqual({ kind: "transferred", to: c.aor });
    expect(await a.ends(second)).toEqual({ kind: "transferred", to: b.aor });
    expect(await c.ends(asked)).toEqual({ kind: "transferred", to: b.aor });
    await b.ends(into);
    await Promise.all([b.hears({ audio: 20 }), c.hears({ audio: 20 })]);
    expect((await c.calls()).filter(({ phase }) => phase === "active")).toHaveLength(1);
  });
});

describe("a line that is cut", () => {
  it("in a call: the socket comes back, the path is sought anew, and the call goes on", async () => {
    const way = await openWay(gateway().port);
    closeLater(way);
    const [a, b] = await Promise.all([
      user(newUser("alice"), { socketUrl: way.socketUrl }),
      user(newUser("bob")),
    ]);
    const [out, into] = await talk(a, b);
    const offersBefore = offers(a);
    way.cut();
    await a.run((line) => line.state.get().kind, undefined);
    await expect.poll(() => offers(a)).toBe(offersBefore + 1);
    expect(new Set(usernameFragments(a)).size).toBe(2);
    await Promise.all([a.hears(both), b.hears(both)]);
    const still = await Promise.all([a.sees(out, () => true), b.sees(into, () => true)]);
    expect(still.map(({ phase }) => phase)).toEqual(["active", "active"]);
    // What is hung up while nobody can hear it is said when somebody can.
    way.down(true);
    await a.run((line, id) => line.calls.hangUp(id), out);
    way.down(false);
    expect(await b.ends(into)).toEqual({ kind: "hung-up", by: "them" });
  });
});

describe("a line that is cut while it rings", () => {
  it.each(["the caller's", "the callee's"])("%s comes back, and the call is answered", async (whose) => {
    const way = await openWay(gateway().port);
    closeLater(way);
    const { socketUrl } = way;
    const isCaller = whose === "the caller's";
    const [a, b] = await Promise.all([
      user(newUser("alice"), isCaller ? { socketUrl } : {}),
      user(newUser("bob"), isCaller ? {} : { socketUrl }),
    ]);
    const out = await place(a, b);
    const into = await b.rings();
    await a.sees(out, ({ phase }) => phase === "ringing");
    const cut = isCaller ? a : b;
    const times = registrations(cut);
    way.cut();
    await expect.poll(() => registrations(cut)).toBeGreaterThan(times);
    await answer(b, into);
    await a.sees(out, ({ phase }) => phase === "active");
    await Promise.all([a.hears(both), b.hears(both)]);
  });
});

describe("a gateway that is killed in a call", () => {
  it("is found again by both sides, which go on, hold and hang up", async () => {
    const [a, b] = await Promise.all([user(newUser("alice")), user(newUser("bob"))]);
    const [out, into] = await talk(a, b, false);
    const times = [a, b].map(registrations);
    await killAndRestart();
    const areBack = () => [a, b].map((each, at) => registrations(each) > (times[at] ?? 0));
    await expect.poll(areBack).toEqual([true, true]);
    await Promise.all([a.hears({ audio: 50 }), b.hears({ audio: 50 })]);
    await b.run((line, id) => line.calls.hold(id, true), into);
    await a.sees(out, ({ heldByPeer }) => heldByPeer);
    await b.run((line, id) => line.calls.hold(id, false), into);
    await a.sees(out, ({ heldByPeer }) => !heldByPeer);
    await a.run((line, id) => line.calls.hangUp(id), out);
    expect(await b.ends(into)).toEqual({ kind: "hung-up", by: "them" });
  });
});

const registrations = ({ received }: LineUser): number =>
  received.filter((frame) => /^SIP\/2\.0 200 [\s\S]*^CSeq: \d+ REGISTER/m.test(frame)).length;

describe("a line that is cut on both sides at once", () => {
  it("RFC 3261 §14.1: both seek the path anew, get in each other's way, and the call goes on", async () => {
    const way = await openWay(gateway().port);
    closeLater(way);
    const { socketUrl } = way;
    const [a, b] = await Promise.all([
      user(newUser("alice"), { socketUrl }),
      user(newUser("bob"), { socketUrl }),
    ]);
    const [out, into] = await talk(a, b, false);
    for (const _ of [1, 2]) {
      const before = [usernameFragments(a).length, usernameFragments(b).length];
      way.cut();
      const both = (): readonly boolean[] =>
        [a, b].map((each, at) => usernameFragments(each).length > (before[at] ?? 0));
      await expect.poll(both).toEqual([true, true]);
      await Promise.all([a.hears({ audio: 50 }), b.hears({ audio: 50 })]);
    }
    await a.run((line, id) => line.calls.hold(id, true), out);
    await b.sees(into, ({ heldByPeer }) => heldByPeer);
    await a.run((line, id) => line.calls.hangUp(id), out);
    expect(await b.ends(into)).toEqual({ kind: "hung-up", by: "them" });
  });
});

/** Of the descriptions that were sent; a restart of ICE makes new ones. */
const usernameFragments = ({ sent }: LineUser): readonly string[] =>
  sent.flatMap((frame) => /^a=ice-ufrag:(\S+)/m.exec(frame)?.[1] ?? []);

describe("a page and a stock JsSIP", () => {
  it("call each other, hold each other, and hang up", async () => {
    const [alice, jess] = [newUser("alice"), newUser("jess")];
    const [a, j] = await Promise.all([user(alice), stock(jess)]);
    const out = await a.run((line, peer) => line.calls.call(peer, { video: true }), jess);
    const into = await j.rings();
    await Promise.all([a.sees(out, ({ phase }) => phase === "active"), j.sees("answered", into)]);
    await Promise.all([a.hears(both), j.hears(into)]);
    await a.run((line, id) => line.calls.hold(id, true), out);
    await j.sees("hold", into);
    await a.run((line, id) => line.calls.hold(id, false), out);
    await j.sees("resume", into);
    await j.does("hold", into);
    await a.sees(out, ({ heldByPeer }) => heldByPeer);
    await j.does("resume", into);
    await a.sees(out, ({ heldByPeer }) => !heldByPeer);
    await Promise.all([a.hears(both), j.hears(into)]);
    // A browser, or a side, that has no RFC 4733.
    await a.page.evaluate(() => Object.defineProperty(RTCRtpSender.prototype, "dtmf", { get: () => null }));
    await a.run((line, id) => line.calls.sendDigit(id, "7"), out);
    expect((await j.sees("dtmf", into)).detail).toBe("7");
    await j.does("hangUp", into);
    expect(await a.ends(out)).toMatchObject({ kind: "hung-up", by: "them" });
    const back = await j.place(alice);
    const rang = await a.rings();
    await answer(a, rang);
    await Promise.all([a.sees(rang, ({ phase }) => phase === "active"), j.sees("answered", back)]);
    await Promise.all([a.hears(both), j.hears(back)]);
    await a.run((line, id) => line.calls.hangUp(id), rang);
    await j.sees("ended", back);
  });
});

describe("a page whose browser gives no microphone", () => {
  it("says so, leaves the call to the user's other devices, and has called nobody", async () => {
    const bob = newUser("bob");
    const [a, b, b2] = await Promise.all([user(newUser("alice")), user(bob), user(bob)]);
    await b.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    });
    const out = await place(a, b);
    const [into, there] = await Promise.all([b.rings(), b2.rings()]);
    await answer(b, into);
    expect(await b.ends(into)).toEqual({ kind: "no-media", name: "NotAllowedError" });
    await answer(b2, there);
    await a.sees(out, ({ phase }) => phase === "active");
    const none = await place(b, a);
    expect(await b.ends(none)).toEqual({ kind: "no-media", name: "NotAllowedError" });
    expect(offers(b)).toBe(0);
  });
});
