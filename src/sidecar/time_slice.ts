/** How long the main thread works on a host's request before others have a turn, in milliseconds. */
const SLICE_MS = 2;

/**
 * For work of a size that guests choose: the kernel's lock is the main thread's as long as it works, and the lock is all
 * VMs'. `pause` waits for a turn of the event loop once a slice is over.
 */
export class TimeSlice {
  #begin = performance.now();

  get over(): boolean {
    return performance.now() - this.#begin >= SLICE_MS;
  }

  async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#begin = performance.now();
  }
}
