import type { Transport } from "../../src/protocol/transport.ts";

type Listener = Parameters<Transport["receive"]>[0];

/** Two transports, each other's ends, without a process or a socket between them. */
export function memoryTransports(): [Transport, Transport] {
  const listeners: (Listener | undefined)[] = [];
  let closed = false;
  const end = (mine: number): Transport => ({
    send(bytes) {
      if (!closed) setImmediate(() => listeners[1 - mine]?.data(bytes));
    },
    receive(listener) {
      listeners[mine] = listener;
    },
    close() {
      if (closed) return;
      closed = true;
      setImmediate(() => {
        for (const listener of listeners) listener?.close();
      });
    },
    ref() {},
    unref() {},
  });
  return [end(0), end(1)];
}
