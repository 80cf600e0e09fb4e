import { describe, expect, it } from "vitest";
import { isHolding, offersVideo } from "../../../../web/line/calls/sdp";

const sdp = (...lines: readonly string[]): string => ["v=0", "s=-", "t=0 0", ...lines, ""].join("\r\n");
const audio = "m=audio 9 UDP/TLS/RTP/SAVPF 111";
const video = "m=video 9 UDP/TLS/RTP/SAVPF 96";

describe("RFC 3264 §8.4: who holds", () => {
  it.each([
    ["sendonly", true],
    ["inactive", true],
    ["recvonly", false],
    ["sendrecv", false],
  ])("%s", (direction, holds) => {
    expect(isHolding(sdp(audio, `a=${direction}`, video, "a=sendrecv"))).toBe(holds);
    expect(isHolding(sdp(`a=${direction}`, audio))).toBe(holds);
  });

  it("is nobody who says nothing, or has refused the sound", () => {
    expect(isHolding(sdp(audio))).toBe(false);
    expect(isHolding(sdp("m=audio 0 RTP/AVP 0", "a=inactive"))).toBe(false);
    expect(isHolding("")).toBe(false);
  });
});

describe("RFC 3264 §6: whether there is video", () => {
  it.each([
    [sdp(audio, video), true],
    [sdp(audio, video, "a=sendonly"), true],
    [sdp(audio, video, "a=inactive"), false],
    [sdp(audio, "m=video 0 RTP/AVP 31"), false],
    [sdp(audio), false],
    ["m=video", false],
  ])("%j", (text, has) => {
    expect(offersVideo(text)).toBe(has);
  });
});
