import { deferred } from "../protocol/deferred.ts";
import type { IncomingStream } from "../protocol/stream.ts";
import { ByteBuffer } from "./byte_buffer.ts";

export interface OutputOptions {
  /** Gets every chunk; a promise that it returns is awaited before the next. */
  callback: ((chunk: Uint8Array) => unknown) | undefined;
  /** How many bytes are kept for text() or a later reader, at most. */
  limit: number;
  /** Keeps the host's event loop alive while a reader waits. */
  keepAlive(work: Promise<void>): Promise<void>;
  /** The callback threw. No more output comes. */
  onError(error: unknown): void;
}

/**
 * The host's end of a guest's stdout or stderr. Chunks go to the callback and are then kept: for text(), or for the
 * reader of `readable`. Only such a reader, and a callback's promise, hold up the guest; else what exceeds the limit is
 * dropped.
 */
export class Output {
  readonly #options: OutputOptions;
  /** Received, not yet shown to the callback. */
  readonly #queue: Uint8Array[] = [];
  /** What came before there was a reader. */
  readonly #kept = new ByteBuffer();
  /** What the reader has not got yet. */
  readonly #unread: Uint8Array[] = [];
  /** How many of the unread bytes the sender has got credit for. */
  #granted = 0;
  #truncated = false;
  #delivering = false;
  #ended = false;
  /** Why the output ended before its time. */
  #failure: Error | undefined;
  #stream: IncomingStream | undefined;
  #readable: ReadableStream<Uint8Array> | undefined;
  #wakeReader: (() => void) | undefined;
  readonly #delivered = deferred();

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  attach(stream: IncomingStream): void {
    this.#stream = stream;
    stream.onData = (bytes) => {
      this.#queue.push(bytes);
      if (!this.#delivering) void this.#deliver();
    };
    stream.onEnd = (error) => {
      this.#failure = error;
      this.finish();
    };
  }

  /** No more comes. */
  finish(): void {
    this.#ended = true;
    if (this.#delivering) return;
    this.#delivered.resolve();
    this.#wakeReader?.();
  }

  /** Resolves when all output has reached the callback and text(), or once there is a reader, who may take his time. */
  get delivered(): Promise<void> {
    return this.#delivered.promise;
  }

  /** Whether output was dropped because of the limit. */
  get truncated(): boolean {
    return this.#truncated;
  }

  /** What was kept, decoded as UTF-8. */
  text(): string {
    const bytes = this.#kept.bytes();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  }

  /** What was kept and what follows. From now on the guest waits for the reader. */
  get readable(): ReadableStream<Uint8Array> {
    if (!this.#readable) {
      this.#granted = this.#kept.length;
      if (this.#granted > 0) this.#unread.push(this.#kept.bytes());
      this.#readable = new ReadableStream<Uint8Array>(
        { pull: (controller) => this.#pull(controller), cancel: () => this.#stream?.cancel() },
        { highWaterMark: 0 },
      );
      this.#delivered.resolve();
    }
    return this.#readable;
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (this.#unread.length === 0) {
      if (this.#ended && !this.#delivering) return this.#failure ? controller.error(this.#failure) : controller.close();
      const more = new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
      await this.#options.keepAlive(more);
    }
    const bytes = this.#unread.shift()!;
    if (this.#granted >= bytes.byteLength) this.#granted -= bytes.byteLength;
    else this.#stream?.consumed(bytes.byteLength);
    controller.enqueue(bytes);
  }

  /** Hands on what is queued, in one go unless the callback returns a promise. */
  async #deliver(): Promise<void> {
    this.#delivering = true;
    for (let bytes = this.#queue.shift(); bytes; bytes = this.#queue.shift()) {
      try {
        const result = this.#options.callback?.(bytes);
        if (isThenable(result)) await result;
      } catch (error) {
        this.#queue.length = 0;
        this.#ended = true;
        this.#stream?.cancel();
        this.#options.onError(error);
        break;
      }
      this.#keep(bytes);
    }
    this.#delivering = false;
    if (this.#ended) this.finish();
  }

  #keep(bytes: Uint8Array): void {
    if (this.#readable) {
      this.#unread.push(bytes);
      this.#wakeReader?.();
      return;
    }
    const room = this.#options.limit - this.#kept.length;
    if (bytes.byteLength > room) this.#truncated = true;
    this.#kept.append(bytes.byteLength > room ? bytes.subarray(0, room) : bytes);
    this.#stream?.consumed(bytes.byteLength);
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
