// Whether media passes, and what is done when it does not: the path is sought anew by an ICE restart (RFC 8445 §9),
// a few times, and then the call is given up.

export interface PathObserver {
  came(): void;
  lost(): void;
  /** Offers an ICE restart; settles when it was answered. */
  restart(): Promise<unknown>;
  failed(): void;
}

export interface MediaPath {
  /** The state of the RTCPeerConnection. */
  is(state: RTCPeerConnectionState): void;
  /** The socket was gone and is back: the network may be another one. */
  lineCameBack(): void;
  end(): void;
}

const mostRestarts = 3;
/** What a restart may take until media passes. */
const patience = 12_000;

/** `doubt`: how long a path that is said to be disconnected is waited for; the two sides differ in it. */
export function watchMediaPath(observer: PathObserver, doubt: number): MediaPath {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let restarts = 0;
  let isRestarting = false;
  let isThere = false;
  let hasEnded = false;

  const arm = (milliseconds: number, then: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(then, milliseconds);
  };

  function restart(): void {
    clearTimeout(timer);
    if (hasEnded || isRestarting) return;
    if (restarts === mostRestarts) {
      observer.failed();
      return;
    }
    restarts += 1;
    isRestarting = true;
    observer.restart().finally(() => {
      isRestarting = false;
      if (hasEnded || isThere) return;
      arm(patience, restart);
    });
  }

  return {
    is(state) {
      if (hasEnded) return;
      if (state === "connected") {
        clearTimeout(timer);
        restarts = 0;
        isThere = true;
        observer.came();
      } else if (state === "disconnected" || state === "failed") {
        isThere = false;
        observer.lost();
        if (state === "failed") restart();
        else if (!isRestarting) arm(doubt, restart);
      } else if (state === "new" && !isThere && !isRestarting) {
        // Where neither side has a candidate the browser tries nothing, and so never says that it failed.
        arm(patience + doubt, restart);
      }
    },
    lineCameBack() {
      restarts = 0;
      restart();
    },
    end() {
      hasEnded = true;
      clearTimeout(timer);
    },
  };
}
