import type { Budget } from "../limits/budget.ts";

/**
 * Bytes between a writer and a reader, first in, first out, off the JavaScript heap. The buffer grows up to a capacity as
 * it is filled, by doubling; its memory is charged to a budget. However little is left of that, it may hold one `unit`.
 * It neither waits nor tells anybody: who owns it has the wait queue.
 */
export class RingBuffer {
  readonly #capacity: number;
  readonly #unit: number;
  readonly #memory: Budget;
  #ring: Uint8Array = EMPTY;
  #start = 0;
  #length = 0;

  /** @param capacity the most it holds. @param unit what it always may hold, and by what it grows. Bytes. */
  constructor(capacity: number, unit: number, memory: Budget) {
    this.#capacity = capacity;
    this.#unit = unit;
    this.#memory = memory;
  }

  /** Bytes that are held. */
  get length(): number {
    return this.#length;
  }

  /** How many more bytes it could take now. */
  get room(): number {
    return this.#limit - this.#length;
  }

  /** Grows so that `wanted` more bytes fit, if it can; returns how many do. */
  reserve(wanted: number): number {
    this.#grow(this.#length + wanted);
    return this.#ring.length - this.#length;
  }

  /** Takes as many bytes of `src` as reserve() gave room for. Returns their number. */
  write(src: Uint8Array): number {
    const size = this.#ring.length;
    const count = Math.min(src.length, size - this.#length);
    if (count === 0) return 0;
    const end = (this.#start + this.#length) % size;
    const first = Math.min(count, size - end);
    this.#ring.set(src.subarray(0, first), end);
    if (first < count) this.#ring.set(src.subarray(first, count));
    this.#length += count;
    return count;
  }

  /** Moves up to dst.length bytes to `dst`. Returns their number. */
  read(dst: Uint8Array): number {
    const count = Math.min(dst.length, this.#length);
    if (count === 0) return 0;
    const first = Math.min(count, this.#ring.length - this.#start);
    dst.set(this.#ring.subarray(this.#start, this.#start + first));
    if (first < count) dst.set(this.#ring.subarray(0, count - first), first);
    this.#length -= count;
    this.#start = this.#length === 0 ? 0 : (this.#start + count) % this.#ring.length;
    return count;
  }

  /** Drops what is held and gives the memory back. */
  clear(): void {
    this.#memory.give(this.#ring.length);
    this.#ring = EMPTY;
    this.#start = this.#length = 0;
  }

  /** How large the ring may become. */
  get #limit(): number {
    const more = Math.floor(this.#memory.left / this.#unit) * this.#unit;
    return Math.min(this.#capacity, Math.max(this.#unit, this.#ring.length + more));
  }

  #grow(needed: number): void {
    const old = this.#ring;
    if (needed <= old.length || old.length === this.#capacity) return;
    let size = Math.max(this.#unit, old.length);
    while (size < needed && size < this.#capacity) size *= 2;
    size = Math.min(size, this.#limit);
    if (size === old.length) return;
    const grown = new Uint8Array(size);
    const first = old.subarray(this.#start, Math.min(old.length, this.#start + this.#length));
    grown.set(first);
    grown.set(old.subarray(0, this.#length - first.length), first.length);
    this.#memory.overdraw(size - old.length);
    this.#ring = grown;
    this.#start = 0;
  }
}

const EMPTY = new Uint8Array(0);
