// The order of one socket's messages (design "Messages of one socket are stepped in order of arrival"): while one
// waits for its token to be checked, the rest of that socket queues, bounded.
//
// Relies on the platform: handlers of one socket are started in order, but overlap at every `await`.

import type { Frame } from "../../src/sip/frame";

type Wait = () => Promise<void>;

export class FrameGate {
  readonly #queues = new Map<string, Frame[]>();
  readonly #fault: (thrown: unknown) => void;

  /** `fault` hears of a throw where `take` has returned long since. */
  constructor(fault: (thrown: unknown) => void) {
    this.#fault = fault;
  }

  /**
   * Takes a frame. `step` handles it at once and gives undefined, or gives what it has to wait for first.
   * False when the socket's queue is full.
   */
  take(socket: string, frame: Frame, limit: number, step: (frame: Frame) => Wait | undefined): boolean {
    const queue = this.#queues.get(socket);
    if (queue !== undefined) return queue.length < limit && queue.push(frame) > 0;
    const wait = step(frame);
    if (wait !== undefined) {
      this.#queues.set(socket, []);
      void this.#work(socket, wait, step);
    }
    return true;
  }

  forget(socket: string): void {
    this.#queues.delete(socket);
  }

  async #work(socket: string, first: Wait, step: (frame: Frame) => Wait | undefined): Promise<void> {
    try {
      await first();
      for (;;) {
        const frame = this.#queues.get(socket)?.shift();
        if (frame === undefined) break;
        await step(frame)?.();
      }
    } catch (thrown) {
      this.#fault(thrown);
    }
    this.#queues.delete(socket);
  }
}
