import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../../../abi/poll.ts";
import { RingBuffer } from "../../buffer/ring.ts";
import { ENOMEM, EPIPE } from "../../errno.ts";
import { Budget } from "../../limits/budget.ts";
import { PIPE_CAPACITY } from "../../limits/fixed.ts";
import { WouldBlock } from "../../vfs/file_description.ts";
import { WaitQueue } from "../../wait/queue.ts";

/** Writes up to this size are not interleaved with others, pipe(7). */
export const PIPE_BUF = 4096;

/** How much memory all pipes of a VM may take in bytes; beyond, one holds no more than PIPE_BUF (pipe-user-pages-soft). */
const PIPE_MEMORY = 64 << 20;

/** For the pipes of a VM. No pipe is refused for it. */
export const createPipeMemory = (max = PIPE_MEMORY): Budget => new Budget(max, ENOMEM);

/** The buffer between a pipe's ends, and who has it open. After gVisor's `pipe.Pipe`. */
export class Pipe {
  readonly queue: WaitQueue = new WaitQueue();
  readers = 0;
  writers = 0;
  /** How many readers and writers there ever were: an open(2) that waits for its peer must not miss a short one. */
  readerOpens = 0;
  writerOpens = 0;
  /** Made by pipe(2): both ends were there from the start, so that an open of it anew waits for nobody. */
  readonly anonymous: boolean;
  readonly #ring: RingBuffer;
  /** There was no room for a whole PIPE_BUF, and who waits for it is to be told when there is. */
  #awaited = false;

  constructor(memory: Budget, anonymous = false) {
    this.anonymous = anonymous;
    this.#ring = new RingBuffer(PIPE_CAPACITY, PIPE_BUF, memory);
  }

  /** Buffered bytes. */
  get length(): number {
    return this.#ring.length;
  }

  /** Up to dst.length bytes; 0 when all writers are gone. */
  read(dst: Uint8Array): number | WouldBlock {
    if (dst.length === 0) return 0;
    if (this.length === 0) return this.writers === 0 ? 0 : new WouldBlock(this.queue, POLLIN);
    const count = this.#ring.read(dst);
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
    const free = this.#ring.reserve(src.length);
    if (free === 0 || (src.length <= PIPE_BUF && src.length > free)) {
      this.#awaited = true;
      return new WouldBlock(this.queue, POLLOUT);
    }
    const count = this.#ring.write(src);
    if (!this.#writable) this.#awaited = true;
    this.queue.notify(POLLIN);
    return count;
  }

  /** POLL* bits of the reading end. @param hadWriter whether a writer came since this end was opened. */
  readableEvents(hadWriter: boolean): number {
    const data = this.length > 0 ? POLLIN : 0;
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
    return this.#ring.room >= PIPE_BUF;
  }

  #freeIfUnused(): void {
    if (this.readers === 0 && this.writers === 0) this.#ring.clear();
  }
}
