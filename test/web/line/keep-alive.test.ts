import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepAlive } from "../../../web/line/keep-alive";

/** As much of a WebSocket as the keep-alive sees. */
class WireEnd extends EventTarget {
  static readonly OPEN = 1;
  readyState = WireEnd.OPEN;
  readonly sent: string[] = [];
  send(data: string): void {
    this.sent.push(data);
  }
}

describe("RFC 5626 §4.4.1: the client's keep-alive", () => {
  let socket: WireEnd;
  const failed = vi.fn();
  const start = () => keepAlive(socket as unknown as WebSocket, failed);
  const pong = () => socket.dispatchEvent(new Event("message"));

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("window", globalThis);
    vi.stubGlobal("WebSocket", WireEnd);
    failed.mockClear();
    socket = new WireEnd();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("pings after 25 s of silence, and again after each pong", () => {
    start();
    for (let round = 1; round <= 3; round += 1) {
      vi.advanceTimersByTime(25_000);
      expect(socket.sent).toEqual(Array(round).fill("\r\n\r\n"));
      pong();
    }
    expect(failed).not.toHaveBeenCalled();
  });

  it("says that the connection failed when no pong came within 10 s", () => {
    start();
    vi.advanceTimersByTime(34_999);
    expect(failed).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(failed).toHaveBeenCalledOnce();
  });

  it("takes whatever comes for a sign of life", () => {
    start();
    vi.advanceTimersByTime(24_000);
    pong();
    vi.advanceTimersByTime(24_000);
    expect(socket.sent).toEqual([]);
  });

  it("pings at once when there is reason to doubt", () => {
    const doubt = start();
    doubt();
    expect(socket.sent).toHaveLength(1);
    vi.advanceTimersByTime(10_000);
    expect(failed).toHaveBeenCalledOnce();
  });

  it("ends with the socket", () => {
    const doubt = start();
    socket.readyState = 3;
    socket.dispatchEvent(new Event("close"));
    doubt();
    vi.advanceTimersByTime(60_000);
    expect(socket.sent).toEqual([]);
    expect(failed).not.toHaveBeenCalled();
  });
});
