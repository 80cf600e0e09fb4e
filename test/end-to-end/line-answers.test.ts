// What a user does to a call in haste, and a page that goes while somebody rings.

import { describe, expect, it } from "vitest";
import { answer, lineWorld, marked, place, say, talk } from "../support/line-world";

const { newUser, user } = lineWorld({ KEEP_HISTORY: "on" });

describe("a call that rings", () => {
  it("rings on on the other devices when one page goes, and is answered there", async () => {
    const bob = newUser("bob");
    const [a, b, b2] = await Promise.all([user(newUser("alice")), user(bob), user(bob)]);
    const out = await place(a, b, false);
    const [into] = await Promise.all([b.rings(), b2.rings()]);
    await b2.page.goto("about:blank");
    await answer(b, into, false);
    await a.sees(out, ({ phase }) => phase === "active");
    expect(b2.sent.filter((frame) => frame.startsWith("SIP/2.0 603"))).toEqual([]);
  });

  it("is answered once, however often the user says so before the browser gives the microphone", async () => {
    const [a, b] = await Promise.all([user(newUser("alice")), user(newUser("bob"))]);
    const out = await place(a, b);
    const into = await b.rings();
    await b.page.evaluate(rememberTracks, false);
    await Promise.all([answer(b, into), answer(b, into)]);
    await a.sees(out, ({ phase }) => phase === "active");
    await Promise.all([a.hears({ audio: 20, video: 10 }), b.hears({ audio: 20, video: 10 })]);
    await b.run((line, id) => line.calls.hangUp(id), into);
    expect(await a.ends(out)).toEqual({ kind: "hung-up", by: "them" });
    expect(await b.page.evaluate(() => window.tracks.map(({ readyState }) => readyState))).toEqual([
      "ended",
      "ended",
    ]);
  });
});

describe("a camera that the browser gives when the call is over", () => {
  it("is let go of", async () => {
    const [a, b] = await Promise.all([user(newUser("alice")), user(newUser("bob"))]);
    const [out] = await talk(a, b, false);
    await a.page.evaluate(rememberTracks, true);
    await a.run((line, id) => void line.calls.turnCamera(id, true), out);
    await expect.poll(() => a.page.evaluate(() => window.tracks.length)).toBe(1);
    await a.run((line, id) => line.calls.hangUp(id), out);
    await a.ends(out);
    await a.page.evaluate(() => window.giveTracks());
    await expect
      .poll(() => a.page.evaluate(() => window.tracks.map(({ readyState }) => readyState)))
      .toEqual(["ended"]);
  });
});

describe("a camera that the browser does not give", () => {
  it("is said to be off, and the call goes on", async () => {
    const [a, b] = await Promise.all([user(newUser("alice")), user(newUser("bob"))]);
    const [out] = await talk(a, b, false);
    await a.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException("no", "NotAllowedError");
      };
    });
    expect(await a.run((line, id) => line.calls.turnCamera(id, true), out)).toBe(false);
    expect(await a.sees(out, () => true)).toMatchObject({ cameraOff: true, phase: "active" });
    await b.hears({ audio: 20 });
  });
});

describe("a message that says the same as one of the log", () => {
  it("is a line of its own", async () => {
    const [alice, b] = [newUser("alice"), await user(newUser("bob"))];
    await say(await user(alice), b.aor, "ok");
    await b.conversation(alice, ({ lines }) => lines.length === 1);
    const another = await user(alice);
    await another.conversation(b.aor, ({ lines }) => lines.length === 1);
    await say(another, b.aor, "ok");
    await marked(another, b.aor, "delivered", "delivered");
    // And to a device of bob's that has the first two from the log, a moment ago.
    const b2 = await user(b.aor);
    await b2.conversation(alice, ({ lines }) => lines.length === 2);
    await b2.page.evaluate(() => {
      const { now } = Date;
      Date.now = () => now() + 5000;
    });
    await say(another, b.aor, "ok");
    await b2.conversation(alice, ({ lines }) => lines.length === 3);
  });
});

declare global {
  interface Window {
    tracks: MediaStreamTrack[];
    giveTracks(): void;
  }
}

/** In the page: all that the browser gives from now on; `holdsBack`: once `giveTracks` says so. */
function rememberTracks(holdsBack: boolean): void {
  const { mediaDevices } = navigator;
  const stock = mediaDevices.getUserMedia.bind(mediaDevices);
  window.tracks = [];
  const given = new Promise<void>((resolve) => {
    window.giveTracks = resolve;
  });
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await stock(constraints);
    window.tracks.push(...stream.getTracks());
    if (holdsBack) await given;
    return stream;
  };
}
