import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../../../abi/poll.ts";
import { EPIPE } from "../../errno.ts";
import { PIPE_CAPACITY } from "../../limits/fixed.ts";
import { WouldBlock } from "../../vfs/file_description.ts";
import { WaitQueue } from "../../wait/queue.ts";

/** Writes up to this size are not interleaved with others, pipe(7). */
export const PIPE_BUF = 4096;

/** How much memory all pipes of a VM may take; beyond, a pipe holds no more than PIPE_BUF (pipe-user-pages-soft). */
export class PipeMemory {
  readonly limit: number;
  used = 0;
  /** @param limit bytes. */
  constructor(limit: number = 64 << 20) {
    this.limit = limit;
  }
}

/**
 * The buffer between a pipe's ends, and who has it open. It is a ring that grows up to PIPE_CAPACITY as it is filled.
 * After gVisor's `pipe.Pipe`.
 */
export class Pipe {
  readonly queue: WaitQueue = new WaitQueue();
  readers = 0;
  writers = 0;
  /** How many readers and writers there ever were: an open(2) that waits for its peer must not miss a short one. */
  readerOpens = 0;
  writerOpens = 0;
  readonly #memory: PipeMemory;
  #ring: Uint8Array = new Uint8Array(0);
  #start = 0;
  #length = 0;
  /** There was no room for a whole PIPE_BUF, and who waits for it is to be told when there is. */
  #awaited = false;

  constructor(memory: PipeMemory) {
    this.#memory = memory;
  }

  /** Buffered bytes. */
  get length(): number {
    return this.#length;
  }

  /** Up to dst.length bytes; 0 when all writers are gone. */
  read(dst: Uint8Array): number | WouldBlock {
    if (dst.length === 0) return 0;
    if (this.#length === 0) return this.writers === 0 ? 0 : new WouldBlock(this.queue, POLLIN);
    const count = Math.min(dst.length, this.#length);
    const first = Math.min(count, this.#ring.length - this.#start);
    dst.set(this.#ring.subarray(this.#start, this.#start + first));
    if (first < count) dst.set(this.#ring.subarray(0, count - first), first);
    this.#length -= count;
    this.#start = this.#length === 0 ? 0 : (this.#start + count) % this.#ring.length;
    if (this.#awaited && this.#writable) {
      this.#awaited = false;
      this.queue.notify(POLLOUT);
    }
    return count;
  }

  /** All of `src` if it fits or is no longer than PIPE_BUF (then all or nothing), else as much as fits. EPIPE. */
  write(src: Uint8Array): number | WouldBlock {
    if (src.length === 0) return 0;
    if (this.readers === 0) throw EPIPE;
    this.#reserve(this.#length + src.length);
    const free = this.#ring.length - this.#length;
    if (free === 0 || (src.length <= PIPE_BUF && src.length > free)) {
      this.#awaited = true;
      return new WouldBlock(this.queue, POLLOUT);
    }
    const count = Math.min(src.length, free);
    const end = (this.#start + this.#length) % this.#ring.length;
    const first = Math.min(count, this.#ring.length - end);
    this.#ring.set(src.subarray(0, first), end);
    if (first < count) this.#ring.set(src.subarray(first, count));
    this.#length += count;
    if (!this.#writable) this.#awaited = true;
    this.queue.notify(POLLIN);
    return count;
  }

  /** POLL* bits of the reading end. @param hadWriter whether a writer came since this end was opened. */
  readableEvents(hadWriter: boolean): number {
    const data = this.#length > 0 ? POLLIN : 0;
    return this.writers === 0 && hadWriter ? data | POLLHUP : data;
  }

  /** POLL* bits of the writing end. */
  writableEvents(): number {
    const room = this.#writable ? POLLOUT : 0;
    if (room === 0) this.#awaited = true;
    return this.readers === 0 ? room | POLLERR : room;
  }

  addReader(): void {
    this.readers++;
    this.readerOpens++;
    this.queue.notify(POLLOUT);
  }
  addWriter(): void {
    this.writers++;
    this.writerOpens++;
    this.queue.notify(POLLIN);
  }
  removeReader(): void {
    if (--this.readers === 0) this.queue.notify(POLLERR | POLLOUT);
    this.#freeIfUnused();
  }
  removeWriter(): void {
    if (--this.writers === 0) this.queue.notify(POLLHUP | POLLIN);
    this.#freeIfUnused();
  }

  /** Room for a whole PIPE_BUF: what POLLOUT promises. */
  get #writable(): boolean {
    return this.#capacity - this.#length >= PIPE_BUF;
  }

  /** How large the ring may become. */
  get #capacity(): number {
    const { used, limit } = this.#memory;
    const more = Math.floor(Math.max(0, limit - used) / PIPE_BUF) * PIPE_BUF;
    return Math.min(PIPE_CAPACITY, Math.max(PIPE_BUF, this.#ring.length + more));
  }

  /** Grows the ring towards `needed` bytes. */
  #reserve(needed: number): void {
    const old = this.#ring;
    if (needed <= old.length || old.length === PIPE_CAPACITY) return;
    let capacity = Math.max(PIPE_BUF, old.length);
    while (capacity < needed && capacity < PIPE_CAPACITY) capacity *= 2;
    capacity = Math.min(capacity, this.#capacity);
    if (capacity === old.length) return;
    const grown = new Uint8Array(capacity);
    const first = old.subarray(this.#start, Math.min(old.length, this.#start + this.#length));
    grown.set(first);
    grown.set(old.subarray(0, this.#length - first.length), first.length);
    this.#memory.used += capacity - old.length;
    this.#ring = grown;
    this.#start = 0;
  }

  #freeIfUnused(): void {
    if (this.readers > 0 || this.writers > 0) return;
    this.#memory.used -= this.#ring.length;
    this.#ring = new Uint8Array(0);
    this.#start = this.#length = 0;
  }
}
