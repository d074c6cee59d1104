import type { Readable, Writable } from "node:stream";

/** A reliable, ordered byte stream in both directions. The protocol needs no more of what carries it. */
export interface Transport {
  /** Queues `bytes`, which must not change afterwards; never calls the listener itself. After a close, does nothing. */
  send(bytes: Uint8Array): void;
  /** Begins to receive; called once. `close` comes last and once, with an error if it was not orderly. */
  receive(listener: { data(chunk: Uint8Array): void; close(error?: Error): void }): void;
  /** Sends what is queued, then ends both directions. */
  close(): void;
  /** Whether waiting for data keeps this process alive. It does at first. */
  ref(): void;
  unref(): void;
}

type Refable = { ref?(): void; unref?(): void };

/** A Transport over a pair of Node streams: the pipes of a child process, a socket (twice the same), stdin and stdout. */
export function streamTransport(readable: Readable & Refable, writable: Writable & Refable): Transport {
  let closed = false;
  let corked = false;
  return {
    send(bytes) {
      if (closed) return;
      // All that is sent in one turn goes out in one write.
      if (!corked) {
        corked = true;
        writable.cork();
        process.nextTick(() => {
          corked = false;
          writable.uncork();
        });
      }
      writable.write(bytes);
    },
    receive(listener) {
      const close = (error?: Error) => {
        if (closed) return;
        closed = true;
        writable.destroy();
        readable.destroy();
        listener.close(error);
      };
      readable.on("data", (chunk: Uint8Array) => {
        if (!closed) listener.data(chunk);
      });
      readable.on("end", () => close());
      readable.on("close", () => close());
      readable.on("error", close);
      // A peer that is gone (EPIPE) is reported by the readable's end.
      writable.on("error", () => {});
    },
    close() {
      if (!closed) writable.end();
    },
    ref() {
      readable.ref?.();
      writable.ref?.();
    },
    unref() {
      readable.unref?.();
      writable.unref?.();
    },
  };
}
