import { FIONREAD } from "../../abi/ioctl.ts";
import { POLLIN, POLLOUT } from "../../abi/poll.ts";
import { type FileDescription, WouldBlock } from "../vfs/file_description.ts";
import type { WaitEntry } from "../wait/queue.ts";

const CHUNK = 64 * 1024;
/** Where what comes out of a pipe goes. Never blocks. */
export interface ByteSink {
  /** How many bytes it takes now. */
  readonly capacity: number;
  /** Nobody wants more. */
  readonly cancelled: boolean;
  /** Takes all of `bytes`, which are no more than its capacity and never change. */
  send(bytes: Uint8Array): void;
  end(): void;
  /** To be called when `capacity` or `cancelled` has changed. */
  onChange: (() => void) | undefined;
}

/** Where what goes into a pipe comes from. */
export interface ByteSource {
  onData: (bytes: Uint8Array) => void;
  /** Called once, after the last data. */
  onEnd: () => void;
  /** So many bytes have found their place: as many more may come. */
  consumed(bytes: number): void;
  /** Nobody wants more. */
  cancel(): void;
}

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

/** Carries what guests write into a pipe to a sink. It owns the reading end. */
export class PipeDrain {
  readonly #sink: ByteSink;
  readonly #reader: FileDescription;
  readonly #entry: WaitEntry;
  /** Bytes that may still be passed on. */
  #allowance: number;
  #done = false;
  /** Whether something was dropped, being beyond the limit. */
  truncated = false;

  /** @param limit how many bytes to pass on; the rest is dropped. null: all */
  constructor(defer: Defer, reader: FileDescription, sink: ByteSink, limit: number | null) {
    this.#reader = reader;
    this.#sink = sink;
    this.#allowance = limit ?? Infinity;
    this.#entry = deferring(defer, POLLIN, () => this.pump());
    reader.queue.register(this.#entry);
    sink.onChange = () => this.pump();
  }

  /** Passes on what there is, as far as the sink takes it. */
  pump(): void {
    while (!this.#done) {
      if (this.#sink.cancelled) {
        this.#close();
        return;
      }
      const dropping = this.#allowance === 0;
      const room = dropping ? CHUNK : Math.min(CHUNK, this.#sink.capacity, this.#allowance);
      if (room === 0) return;
      const bytes = new Uint8Array(Math.min(room, Math.max(pending(this.#reader), 1)));
      const count = this.#reader.read(bytes, null);
      if (count instanceof WouldBlock) return;
      if (count === 0) {
        this.#close();
      } else if (dropping) {
        this.truncated = true;
      } else {
        this.#sink.send(bytes.subarray(0, count));
        this.#allowance -= count;
      }
    }
  }

  #close(): void {
    this.#done = true;
    this.#reader.queue.unregister(this.#entry);
    this.#reader.decRef();
    this.#sink.end();
  }
}

const pending = (reader: FileDescription): number => reader.ioctl(FIONREAD, null) as number;

/** Carries what a source brings into a pipe. It owns the writing end. */
export class PipeFeed {
  readonly #writer: FileDescription;
  readonly #entry: WaitEntry;
  readonly #source: ByteSource | null;
  readonly #queue: Uint8Array[] = [];
  #ended = false;
  #done = false;

  /** @param source all of the data, or what brings it */
  constructor(defer: Defer, writer: FileDescription, source: Uint8Array | ByteSource) {
    this.#writer = writer;
    this.#entry = deferring(defer, POLLOUT, () => this.pump());
    writer.queue.register(this.#entry);
    if (source instanceof Uint8Array) {
      this.#source = null;
      if (source.byteLength > 0) this.#queue.push(source);
      this.#ended = true;
    } else {
      this.#source = source;
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
      this.#source?.consumed(count);
      if (count < bytes.byteLength) this.#queue[0] = bytes.subarray(count);
      else this.#queue.shift();
    }
  }

  /** Ends the pipe and tells the source that no more is wanted. Idempotent. */
  close(): void {
    if (this.#done) return;
    this.#done = true;
    this.#queue.length = 0;
    this.#writer.queue.unregister(this.#entry);
    this.#writer.decRef();
    this.#source?.cancel();
  }
}
