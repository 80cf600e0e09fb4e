// The first answer of a gateway that has just begun to listen: it shows that the Worker is compiled and runs.

/**
 * Any HTTP answer will do. One that is slow to come is waited for, however long: after a kill every client comes back at
 * once, before this program asks, and a gateway that is busy with them must not be ended for it. Whether it still runs is
 * for others to see.
 */
export async function firstAnswer(url: string, patienceMs = 30_000): Promise<void> {
  for (;;) {
    try {
      const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(patienceMs) });
      await answer.arrayBuffer();
      // Its log has named the setting just above this line.
      if (answer.status >= 500) throw new Error("the gateway refuses its settings");
      return;
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "TimeoutError")) throw error;
      console.error(`durasip has not answered for ${patienceMs / 1000} s: it listens, and is busy`);
    }
  }
}
