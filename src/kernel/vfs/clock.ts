/** A time of day, timespec(3type): whole seconds since the epoch and nanoseconds in 0..999 999 999. */
export interface Timespec {
  sec: number;
  nsec: number;
}

/** Where file timestamps come from. After `tick()`, `sec` and `nsec` hold the present: no allocation on hot paths. */
export interface Clock extends Timespec {
  tick(): void;
}

/** The wall clock, at the monotonic clock's resolution; never more than a millisecond from Date.now(). */
export class RealtimeClock implements Clock {
  sec = 0;
  nsec = 0;
  /** Wall time in milliseconds when the monotonic clock was at zero. */
  #anchor = performance.timeOrigin;

  constructor() {
    this.tick();
  }

  tick(): void {
    const wall = Date.now();
    const monotonic = performance.now();
    let now = this.#anchor + monotonic;
    if (now < wall || now >= wall + 1) {
      // The wall clock was set, or the two drift apart: follow it.
      this.#anchor = wall - monotonic;
      now = wall;
    }
    const sec = Math.floor(now / 1000);
    this.sec = sec;
    this.nsec = Math.min(999_999_999, Math.floor((now - sec * 1000) * 1e6));
  }
}
