import { EFBIG, ENOSPC } from "../../errno.ts";
import type { Budget } from "../../limits/budget.ts";

const PAGE = 4096;
const CHUNK = 1 << 16;
const PAGES_PER_CHUNK = CHUNK / PAGE;
/** Bytes under which a lone chunk grows by exact steps instead of doubling: most files are written once and stay. */
const SMALL = PAGE;

/** 64 KiB of a file, and which of its 16 pages were ever written (the others are holes). */
interface Chunk {
  data: Uint8Array;
  pages: number;
}

const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

/**
 * The bytes of a regular file, off the JavaScript heap. The first chunk of a file has just the capacity it needs and
 * grows geometrically, so a small file costs one small buffer; what lies beyond is in further chunks, of which holes
 * have none. Memory is taken from a budget as it is allocated, in pages.
 */
export class FileContent {
  readonly #memory: Budget;
  #size = 0;
  /** Chunk 0; `data` may be shorter than a chunk, and is zero behind `#size`. */
  #first: Chunk = { data: EMPTY, pages: 0 };
  #rest: Map<number, Chunk> | null = null;
  #charged = 0;
  /** Written pages. */
  #pages = 0;

  constructor(memory: Budget) {
    this.#memory = memory;
  }

  /** Bytes. */
  get size(): number {
    return this.#size;
  }
  /** 512-byte units that are no holes. */
  get blocks(): number {
    return this.#pages * (PAGE / 512);
  }

  /** Copies bytes from `offset` on into `dst`; returns how many, 0 at the end of the file. */
  read(dst: Uint8Array, offset: number): number {
    const count = Math.min(dst.length, this.#size - offset);
    if (count <= 0) return 0;
    if (offset + count <= this.#first.data.length) {
      copy(dst, 0, this.#first.data, offset, count);
      return count;
    }
    let done = 0;
    while (done < count) {
      const position = offset + done;
      const index = Math.floor(position / CHUNK);
      const start = position - index * CHUNK;
      const length = Math.min(CHUNK - start, count - done);
      const data = index === 0 ? this.#first.data : this.#rest?.get(index)?.data;
      const there = data === undefined ? 0 : Math.max(0, Math.min(length, data.length - start));
      if (there > 0) copy(dst, done, data!, start, there);
      if (there < length) dst.fill(0, done + there, done + length);
      done += length;
    }
    return count;
  }

  /** Writes all of `src`, or as much as the budget lets. Errors: ENOSPC (nothing fits), EFBIG. */
  write(src: Uint8Array, offset: number): number {
    const count = src.length;
    if (count === 0) return 0;
    if (offset + count > Number.MAX_SAFE_INTEGER) throw EFBIG;
    let done = 0;
    while (done < count) {
      const position = offset + done;
      const index = Math.floor(position / CHUNK);
      const start = position - index * CHUNK;
      const wanted = Math.min(CHUNK - start, count - done);
      const chunk = index === 0 ? this.#first : this.#chunk(index);
      if (chunk === null) break;
      const length = index === 0 ? Math.min(wanted, this.#growFirst(start + wanted) - start) : wanted;
      if (length <= 0) break;
      copy(chunk.data, start, src, done, length);
      this.#markPages(chunk, start, start + length);
      done += length;
      if (length < wanted) break;
    }
    if (done === 0) throw ENOSPC;
    if (offset + done > this.#size) this.#size = offset + done;
    return done;
  }

  /** Cuts the file, or lengthens it by a hole. EFBIG. */
  truncate(length: number): void {
    if (length > Number.MAX_SAFE_INTEGER) throw EFBIG;
    if (length < this.#size) this.#cut(length);
    this.#size = length;
  }

  /** The next offset at or behind `offset` that holds data, or -1: lseek(2) SEEK_DATA. Granularity: pages. */
  nextData(offset: number): number {
    return this.#next(offset, true);
  }
  /** The next offset at or behind `offset` in a hole, the end of the file at the latest: SEEK_HOLE. */
  nextHole(offset: number): number {
    const found = this.#next(offset, false);
    return found < 0 ? this.#size : found;
  }

  /** Gives all memory back. */
  clear(): void {
    this.#first = { data: EMPTY, pages: 0 };
    this.#rest = null;
    this.#memory.give(this.#charged);
    this.#charged = 0;
    this.#pages = 0;
    this.#size = 0;
  }

  /** @param bytes negative: gives back. */
  #charge(bytes: number): void {
    this.#memory.take(bytes);
    this.#charged += bytes;
  }

  /** Gives chunk 0 room for `needed` bytes or as many as the budget lets; returns its capacity. */
  #growFirst(needed: number): number {
    const { data } = this.#first;
    if (needed <= data.length) return data.length;
    const held = roundUp(data.length, PAGE);
    const free = held + Math.floor(this.#memory.left / PAGE) * PAGE;
    let capacity = needed <= SMALL ? needed : Math.min(CHUNK, roundUp(Math.max(needed, 2 * data.length), PAGE));
    if (capacity > free) capacity = Math.min(roundUp(needed, PAGE), free);
    if (capacity <= data.length) return data.length;
    this.#charge(roundUp(capacity, PAGE) - held);
    const grown = new Uint8Array(capacity);
    grown.set(data);
    this.#first.data = grown;
    return capacity;
  }

  #chunk(index: number): Chunk | null {
    this.#rest ??= new Map();
    let chunk = this.#rest.get(index);
    if (chunk === undefined) {
      if (this.#memory.left < CHUNK) return null;
      this.#charge(CHUNK);
      chunk = { data: new Uint8Array(CHUNK), pages: 0 };
      this.#rest.set(index, chunk);
    }
    return chunk;
  }

  #markPages(chunk: Chunk, start: number, end: number): void {
    const first = Math.floor(start / PAGE);
    const last = Math.floor((end - 1) / PAGE);
    // Bits first..last.
    const written = ((2 << last) - 1) & ~((1 << first) - 1);
    const fresh = written & ~chunk.pages;
    if (fresh === 0) return;
    chunk.pages |= fresh;
    this.#pages += countBits(fresh);
  }

  #cut(length: number): void {
    const lastIndex = Math.floor(length / CHUNK);
    const start = length - lastIndex * CHUNK;
    if (this.#rest !== null) {
      for (const [index, chunk] of this.#rest) {
        if (index > lastIndex || (index === lastIndex && start === 0)) {
          this.#rest.delete(index);
          this.#pages -= countBits(chunk.pages);
          this.#charge(-CHUNK);
        } else if (index === lastIndex) {
          this.#cutChunk(chunk, start);
        }
      }
    }
    if (lastIndex !== 0) return;
    this.#cutChunk(this.#first, start);
    const { data } = this.#first;
    const kept = start <= SMALL ? start : roundUp(start, PAGE);
    if (kept > data.length / 2) return;
    this.#charge(roundUp(kept, PAGE) - roundUp(data.length, PAGE));
    this.#first.data = kept === 0 ? EMPTY : data.slice(0, kept);
  }

  /** Makes the bytes from `start` on a hole. */
  #cutChunk(chunk: Chunk, start: number): void {
    chunk.data.fill(0, start);
    const gone = chunk.pages & ~((1 << Math.ceil(start / PAGE)) - 1);
    chunk.pages &= ~gone;
    this.#pages -= countBits(gone);
  }

  /**
   * The next page boundary (or `offset` itself) from where on the file is data, or is a hole; -1 if none before its
   * end.
   */
  #next(offset: number, data: boolean): number {
    let position = offset;
    while (position < this.#size) {
      const index = Math.floor(position / CHUNK);
      const chunk = index === 0 ? this.#first : this.#rest?.get(index);
      const pages = chunk?.pages ?? 0;
      for (let page = Math.floor((position % CHUNK) / PAGE); page < PAGES_PER_CHUNK; page++) {
        if (((pages >> page) & 1) === (data ? 1 : 0)) return position < this.#size ? position : -1;
        position = index * CHUNK + (page + 1) * PAGE;
      }
      if (data) position = this.#nextChunk(index + 1);
    }
    return -1;
  }

  /** The offset of the first chunk from `index` on that exists: holes may be too long to go through. */
  #nextChunk(index: number): number {
    let nearest = Number.POSITIVE_INFINITY;
    for (const candidate of this.#rest?.keys() ?? []) {
      if (candidate >= index && candidate < nearest) nearest = candidate;
    }
    return nearest * CHUNK;
  }
}

const EMPTY = new Uint8Array(0);

function copy(dst: Uint8Array, to: number, src: Uint8Array, from: number, count: number): void {
  if (from === 0 && count === src.length) dst.set(src, to);
  else dst.set(src.subarray(from, from + count), to);
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
