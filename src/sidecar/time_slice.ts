/** How long the main thread works on a host's request before others have a turn, in milliseconds. */
const SLICE_MS = 2;
/** How long that turn is. A mere turn of the event loop would let go of the lock too shortly for who waits to get it. */
const PAUSE_MS = 1;

/**
 * For work of a size that guests choose: the kernel's lock is the main thread's as long as it works, and the lock is all
 * VMs'. `pause` waits a moment once a slice is over.
 */
export class TimeSlice {
  #begin = performance.now();

  get over(): boolean {
    return performance.now() - this.#begin >= SLICE_MS;
  }

  async pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    this.#begin = performance.now();
  }
}
