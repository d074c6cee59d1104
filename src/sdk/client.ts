import type { MethodName, Params, ProcessStarted, Result } from "../protocol/api.ts";
import type { Connection } from "../protocol/connection.ts";
import { checkAnswer, checkProcessStarted } from "./answers.ts";
import { runtimeDisposed, vmCrashed } from "./errors.ts";
import type { VmProcess } from "./zygote_process.ts";

/** The connection to a VM's process. It keeps the host's event loop alive exactly while somebody waits for it. */
export class Client {
  readonly #process: VmProcess;
  readonly #connection: Connection;
  readonly #starting = new Map<number, (started: ProcessStarted) => void>();
  /** What keepAlive() was called for. */
  #waiting = 0;
  #nextId = 1;
  #shutDown = false;
  #lost = false;
  #failure: Error | undefined;

  private constructor(process: VmProcess, connection: typeof Connection) {
    this.#process = process;
    this.#connection = new connection(process.transport, {
      side: "host",
      onEvent: (name, params) => {
        if (name === "process.started") this.#onStarted(checkProcessStarted(params));
      },
      closeError: (cause) => this.#closeError(cause),
      onClose: (error) => {
        this.#lost = true;
        this.#failure = error;
      },
    });
    this.#connection.unref();
  }

  /** Connects to the VM's process; what the protocol needs is loaded while that starts. */
  static async connect(starting: Promise<VmProcess>): Promise<Client> {
    const protocol = import("../protocol/connection.ts");
    // Whatever fails first, the other is nobody's to wait for.
    protocol.catch(() => {});
    const process = await starting;
    const { Connection } = await protocol;
    return new Client(process, Connection);
  }

  /** The process id on the host. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Whether the engine had to be started for it. */
  get isFirst(): boolean {
    return this.#process.isFirst;
  }

  /** Whether it can take calls. */
  get usable(): boolean {
    return !this.#shutDown && !this.#lost;
  }

  /** Whether shutDown() was called. */
  get isShutDown(): boolean {
    return this.#shutDown;
  }

  /** Why it takes none: the process crashed, or was shut down. */
  get lossError(): Error {
    return this.#closeError();
  }

  /** An id for a process, unique on this connection. */
  nextId(): number {
    return this.#nextId++;
  }

  /** @param receive turns the result into what is wanted, while the response is handled: to accept streams in it */
  async call<M extends MethodName, T = Result<M>>(
    method: M,
    params: Params<M>,
    receive = (result: Result<M>): T | Promise<T> => result as T,
  ): Promise<T> {
    const take = (answer: unknown) => receive(checkAnswer(method, answer));
    return this.keepAlive(this.#connection.request<T>(method, params, take));
  }

  /** A process starts once. */
  #onStarted(started: ProcessStarted): void {
    const tell = this.#starting.get(started.process);
    this.#starting.delete(started.process);
    tell?.(started);
  }

  /** Keeps the host's event loop alive until `work`, which waits for the VM, settles. */
  async keepAlive<T>(work: Promise<T>): Promise<T> {
    if (this.#waiting++ === 0) this.#setAlive("ref");
    try {
      return await work;
    } finally {
      if (--this.#waiting === 0) this.#setAlive("unref");
    }
  }

  #setAlive(method: "ref" | "unref"): void {
    this.#connection[method]();
    this.#process[method]();
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

  /** Kills the process, whatever it does, and resolves when it is gone. Idempotent. */
  async shutDown(): Promise<void> {
    this.#shutDown = true;
    this.#process.kill();
    await this.keepAlive(this.#process.ended);
    this.#connection.close();
  }

  #closeError(cause = this.#failure): Error {
    if (this.#shutDown) return runtimeDisposed();
    return vmCrashed(this.#process.end, { cause });
  }
}
