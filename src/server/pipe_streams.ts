import { POLLIN, POLLOUT } from "../abi/poll.ts";
import { type FileDescription, WouldBlock } from "../kernel/vfs/file_description.ts";
import type { WaitEntry } from "../kernel/wait/queue.ts";
import type { IncomingStream, OutgoingStream } from "../protocol/stream.ts";

const CHUNK = 64 * 1024;
type Defer = (fn: () => void) => void;

/** A wait-queue entry that runs `work` on the main thread: wait queues are notified in the middle of syscalls. */
function deferring(defer: Defer, mask: number, work: () => void): WaitEntry {
  let scheduled = false;
  return {
    mask,
    callback() {
      if (scheduled) return;
      scheduled = true;
      defer(() => {
        scheduled = false;
        work();
      });
    },
  };
}

/** Carries what guests write into a pipe to the host. It owns the reading end. */
export class PipeToStream {
  readonly stream: OutgoingStream;
  readonly #reader: FileDescription;
  readonly #entry: WaitEntry;
  /** Bytes that may still be passed on. */
  #allowance: number;
  #done = false;
  /** Whether something was dropped, being beyond the limit. */
  truncated = false;

  /** @param limit how many bytes to pass on; the rest is dropped. null: all */
  constructor(defer: Defer, reader: FileDescription, stream: OutgoingStream, limit: number | null) {
    this.#reader = reader;
    this.stream = stream;
    this.#allowance = limit ?? Infinity;
    this.#entry = deferring(defer, POLLIN, () => this.pump());
    reader.queue.register(this.#entry);
    stream.onChange = () => this.pump();
  }

  /** Passes on what there is, as far as the host takes it. */
  pump(): void {
    while (!this.#done) {
      if (this.stream.cancelled) {
        this.#close();
        return;
      }
      const dropping = this.#allowance === 0;
      const room = dropping ? CHUNK : Math.min(CHUNK, this.stream.capacity, this.#allowance);
      if (room === 0) return;
      const bytes = new Uint8Array(Math.min(room, Math.max(pending(this.#reader), 1)));
      const count = this.#reader.read(bytes, null);
      if (count instanceof WouldBlock) return;
      if (count === 0) {
        this.#close();
      } else if (dropping) {
        this.truncated = true;
      } else {
        this.stream.send(bytes.subarray(0, count));
        this.#allowance -= count;
      }
    }
  }

  #close(): void {
    this.#done = true;
    this.#reader.queue.unregister(this.#entry);
    this.#reader.decRef();
    this.stream.end();
  }
}

const FIONREAD = 0x541b;
const pending = (reader: FileDescription): number => reader.ioctl(FIONREAD, null) as number;

/** Carries what the host sends into a pipe. It owns the writing end. */
export class StreamToPipe {
  readonly #writer: FileDescription;
  readonly #entry: WaitEntry;
  readonly #stream: IncomingStream | null;
  readonly #queue: Uint8Array[] = [];
  #ended = false;
  #done = false;

  /** @param source all of the data, or the stream that brings it */
  constructor(defer: Defer, writer: FileDescription, source: Uint8Array | IncomingStream) {
    this.#writer = writer;
    this.#entry = deferring(defer, POLLOUT, () => this.pump());
    writer.queue.register(this.#entry);
    if (source instanceof Uint8Array) {
      this.#stream = null;
      if (source.byteLength > 0) this.#queue.push(source);
      this.#ended = true;
    } else {
      this.#stream = source;
      source.onData = (bytes) => {
        this.#queue.push(bytes);
        this.pump();
      };
      source.onEnd = () => {
        this.#ended = true;
        this.pump();
      };
    }
    this.pump();
  }

  /** Writes what there is, as far as the pipe takes it. */
  pump(): void {
    while (!this.#done) {
      const bytes = this.#queue[0];
      if (bytes === undefined) {
        if (this.#ended) this.close();
        return;
      }
      let count: number | WouldBlock;
      try {
        count = this.#writer.write(bytes, null);
      } catch {
        // EPIPE: nobody reads any more.
        this.close();
        return;
      }
      if (count instanceof WouldBlock) return;
      this.#stream?.consumed(count);
      if (count < bytes.byteLength) this.#queue[0] = bytes.subarray(count);
      else this.#queue.shift();
    }
  }

  /** Ends the pipe and tells the host that no more is wanted. Idempotent. */
  close(): void {
    if (this.#done) return;
    this.#done = true;
    this.#queue.length = 0;
    this.#writer.queue.unregister(this.#entry);
    this.#writer.decRef();
    this.#stream?.cancel();
  }
}
