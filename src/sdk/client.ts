import type { MethodName, Params, ProcessStarted, Result } from "../protocol/api.ts";
import type { Connection } from "../protocol/connection.ts";
import { sidecarCrashed, sidecarDisposed } from "./errors.ts";
import { type SidecarProcess, startSidecarProcess } from "./sidecar_process.ts";

/**
 * A sidecar process and the connection to it. It keeps the host's event loop alive exactly while somebody waits for it.
 */
export class Client {
  readonly #process: SidecarProcess;
  readonly #connection: Connection;
  readonly #starting = new Map<number, (started: ProcessStarted) => void>();
  /** What keepAlive() was called for. */
  #waiting = 0;
  #nextId = 1;
  #shutDown = false;
  #lost = false;
  #failure: Error | undefined;

  private constructor(process: SidecarProcess, connection: typeof Connection) {
    this.#process = process;
    this.#connection = new connection(process.transport, {
      side: "host",
      onEvent: (name, params) => {
        if (name === "process.started") this.#starting.get(params.process)?.(params);
      },
      closeError: () => this.#closeError(),
      onClose: (error) => {
        this.#lost = true;
        this.#failure = error;
      },
    });
    this.#connection.unref();
  }

  /** Starts a sidecar process; what the protocol needs is loaded while it boots. */
  static async start(): Promise<Client> {
    const process = startSidecarProcess();
    const { Connection } = await import("../protocol/connection.ts");
    return new Client(process, Connection);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Whether it can take calls. */
  get usable(): boolean {
    return !this.#shutDown && !this.#lost;
  }

  /** Why it takes none: the process crashed, or was shut down. */
  get lossError(): Error {
    return this.#closeError();
  }

  /** An id for a VM or a process, unique on this connection. */
  nextId(): number {
    return this.#nextId++;
  }

  /** @param receive turns the result into what is wanted, while the response is handled: to accept streams in it */
  async call<M extends MethodName, T = Result<M>>(
    method: M,
    params: Params<M>,
    receive?: (result: Result<M>) => T | Promise<T>,
  ): Promise<T> {
    return this.keepAlive(this.#connection.request<T>(method, params, receive));
  }

  /** Keeps the host's event loop alive until `work`, which waits for the sidecar, settles. */
  async keepAlive<T>(work: Promise<T>): Promise<T> {
    if (this.#waiting++ === 0) this.#connection.ref();
    try {
      return await work;
    } finally {
      if (--this.#waiting === 0) this.#connection.unref();
    }
  }

  /** Runs a process; `started` is called before its streams carry anything. */
  async run<T>(
    params: Params<"process.run">,
    started: (info: ProcessStarted) => void,
    receive: (result: Result<"process.run">) => T | Promise<T>,
  ): Promise<T> {
    this.#starting.set(params.process, started);
    try {
      return await this.call("process.run", params, receive);
    } finally {
      this.#starting.delete(params.process);
    }
  }

  get streams(): Pick<Connection, "openStream" | "acceptStream" | "sendPayload" | "receivePayload"> {
    return this.#connection;
  }

  /** Ends the process in an orderly way and resolves when it is gone. Idempotent. */
  async shutDown(): Promise<void> {
    this.#shutDown = true;
    const gone = this.keepAlive(this.#process.exited);
    this.#connection.close();
    await gone;
  }

  #closeError(): Error {
    if (this.#shutDown) return sidecarDisposed();
    const how = this.#process.end ?? "closed its connection";
    return sidecarCrashed(how, this.#process.log, { cause: this.#failure });
  }
}
