import { POLLERR, POLLHUP } from "../../abi/poll.ts";

/**
 * Wait queues, after gVisor's `pkg/waiter`: whoever wants to hear of readiness registers an entry with an event mask;
 * the object that becomes ready notifies its queue.
 */

export interface WaitEntry {
  /** Events of interest, a mask of POLL* bits. POLLERR and POLLHUP are always reported. */
  mask: number;
  /** Called synchronously by notify(). Must not block; may unregister itself. */
  callback(events: number): void;
}

/** How many notifications are under way, one within the other. */
let notifying = 0;
/** Queues to be told once the outermost notification is over, and of what. */
const later = new Map<WaitQueue, number>();

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
    notifying++;
    for (const entry of [...this.#entries]) {
      if ((entry.mask | POLLERR | POLLHUP) & events) entry.callback(events);
    }
    notifying--;
    if (notifying === 0 && later.size > 0) tellLater();
  }

  /**
   * As notify(), for a queue whose object is ready because another one is: each such queue is told once however many
   * ways lead to it. Guests may build a net of epoll instances in which the ways are millions.
   */
  notifyOnce(events: number): void {
    if (notifying === 0) this.notify(events);
    else later.set(this, (later.get(this) ?? 0) | events);
  }
}

/** What is told may lead to further queues, which come after those that wait already: level by level. */
function tellLater(): void {
  notifying++;
  for (const [queue, events] of later) {
    later.delete(queue);
    queue.notify(events);
  }
  notifying--;
}
