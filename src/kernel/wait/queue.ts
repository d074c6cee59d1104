/**
 * Wait queues, after gVisor's `pkg/waiter`: whoever wants to hear of readiness registers an entry with an event mask;
 * the object that becomes ready notifies its queue. Event bits are poll(2)'s.
 */
export const POLLIN = 0x001;
export const POLLPRI = 0x002;
export const POLLOUT = 0x004;
export const POLLERR = 0x008;
export const POLLHUP = 0x010;
export const POLLRDHUP = 0x2000;

export interface WaitEntry {
  /** Events of interest, a mask of POLL* bits. POLLERR and POLLHUP are always reported. */
  mask: number;
  /** Called synchronously by notify(). Must not block; may unregister itself. */
  callback(events: number): void;
}

export class WaitQueue {
  readonly #entries = new Set<WaitEntry>();

  register(entry: WaitEntry): void {
    this.#entries.add(entry);
  }

  unregister(entry: WaitEntry): void {
    this.#entries.delete(entry);
  }

  get empty(): boolean {
    return this.#entries.size === 0;
  }

  /** Tells every entry interested in `events` (a mask of POLL* bits). */
  notify(events: number): void {
    if (this.#entries.size === 0) return;
    for (const entry of [...this.#entries]) {
      if ((entry.mask | POLLERR | POLLHUP) & events) entry.callback(events);
    }
  }
}
