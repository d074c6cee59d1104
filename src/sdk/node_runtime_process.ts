import { constants } from "node:os";
import { unknownSignal } from "./errors.ts";
import type { GuestRun } from "./guest_run.ts";
import { bytesOrString } from "./validate.ts";

/** A program that spawn() started. */
export class NodeRuntimeProcess {
  /** The process id inside the VM. */
  readonly pid: number;
  readonly #run: GuestRun;

  /** @internal */
  constructor(pid: number, run: GuestRun) {
    this.pid = pid;
    this.#run = run;
  }

  /** null while the program runs; then as in a shell: 128 + signal number if a signal ended it. */
  get exitCode(): number | null {
    return this.#run.result?.exitCode ?? null;
  }

  /** The signal that ended the program, or null. */
  get signalCode(): string | null {
    return this.#run.result?.signal ?? null;
  }

  /**
   * The program's stdout. Once this was read, the program waits for its reader, as at a pipe; until then at most
   * `limits.outputBytes` are kept. It breaks off with an error if the VM crashes.
   */
  get stdout(): ReadableStream<Uint8Array> {
    return this.#run.stdout.readable;
  }

  /** As `stdout`. */
  get stderr(): ReadableStream<Uint8Array> {
    return this.#run.stderr.readable;
  }

  /**
   * Sends data to the program's stdin. Resolves when there is room for more; need not be awaited.
   * @throws Error EPIPE if the program closed its stdin or ended; ERR_STREAM_WRITE_AFTER_END after closeStdin();
   *   ERR_VM_CRASHED
   */
  writeStdin(data: string | Uint8Array): Promise<void> {
    const written = this.#run.writeStdin(bytesOrString("data", data));
    written.catch(() => {});
    return written;
  }

  /** Ends the program's stdin, behind what was written to it. */
  closeStdin(): void {
    this.#run.closeStdin();
  }

  /**
   * Sends a signal. Returns whether the program still ran.
   * @throws TypeError (ERR_UNKNOWN_SIGNAL)
   */
  kill(signal: string = "SIGTERM"): boolean {
    if (!Object.hasOwn(constants.signals, signal)) throw unknownSignal(signal);
    return this.#run.kill(signal);
  }

  /**
   * Resolves with the exit code when the program has ended and what it wrote has reached the callbacks.
   * @throws Error AbortError if the option `signal` ended it; ERR_VM_CRASHED
   */
  async wait(): Promise<number> {
    return (await this.#run.ended).exitCode;
  }
}
