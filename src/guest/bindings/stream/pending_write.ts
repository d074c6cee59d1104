import type { WriteWrap } from "./stream_base.ts";

/** Short chunks are written together, up to so many bytes: what a pipe holds. */
const BATCH_SIZE = 64 * 1024;
/** A chunk from this size on is written by itself. */
const LARGE_CHUNK = 16 * 1024;

/** A write under way: its chunks, held as they were given and not copied, and how far they are written. */
export class PendingWrite {
  readonly request: WriteWrap;
  readonly #chunks: readonly Uint8Array[];
  /** The chunk that is being written, and its bytes that are. */
  #index = 0;
  #offset = 0;

  constructor(request: WriteWrap, chunks: readonly Uint8Array[]) {
    this.request = request;
    this.#chunks = chunks;
    this.#skipWritten();
  }

  /** Bytes that are still to be written. A chunk whose buffer was transferred meanwhile has none. */
  get size(): number {
    let size = -Math.min(this.#offset, this.#chunks[this.#index]?.length ?? 0);
    for (let i = this.#index; i < this.#chunks.length; i++) size += this.#chunks[i]!.length;
    return size;
  }

  /** The bytes to be written next; undefined when all are. */
  next(): Uint8Array | undefined {
    this.#skipWritten();
    const chunk = this.#chunks[this.#index];
    if (chunk === undefined) return undefined;
    const rest = this.#offset === 0 ? chunk : chunk.subarray(this.#offset);
    return rest.length >= LARGE_CHUNK || this.#index === this.#chunks.length - 1 ? rest : this.#batch(rest);
  }

  /** `first` and the chunks behind it, as far as they are short enough. */
  #batch(first: Uint8Array): Uint8Array {
    let size = first.length;
    let end = this.#index + 1;
    for (; end < this.#chunks.length; end++) {
      const { length } = this.#chunks[end]!;
      if (length >= LARGE_CHUNK || size + length > BATCH_SIZE) break;
      size += length;
    }
    const batch = new Uint8Array(size);
    batch.set(first);
    for (let i = this.#index + 1, at = first.length; i < end; i++) {
      batch.set(this.#chunks[i]!, at);
      at += this.#chunks[i]!.length;
    }
    return batch;
  }

  /** So many bytes of what next() gave are written. */
  advance(count: number): void {
    let rest = count;
    while (rest > 0 && this.#index < this.#chunks.length) {
      const step = Math.min(rest, this.#chunks[this.#index]!.length - this.#offset);
      this.#offset += step;
      rest -= step;
      this.#skipWritten();
    }
  }

  #skipWritten(): void {
    while (this.#index < this.#chunks.length && this.#offset >= this.#chunks[this.#index]!.length) {
      this.#index++;
      this.#offset = 0;
    }
  }
}
