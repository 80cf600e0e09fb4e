// The end of npm. A killed npm cannot pass its end on to the program it runs, which would hold the port for ever.

const pollMs = 250;

/** Calls `stop` once the npm that runs this program is gone; without npm it does nothing. */
export function onOrphaned(stop: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, pollMs);
  timer.unref();
}
