import { signalNumber } from "../abi/signal.ts";
import type { Control } from "../kernel/control/control.ts";
import type { GuestRun, RunResult } from "../kernel/control/guest_run.ts";
import type { ProcessResult, ProcessStarted, RunProcess } from "../protocol/api.ts";
import type { Connection } from "../protocol/connection.ts";
import { deferred } from "../protocol/deferred.ts";
import { IncomingStream } from "../protocol/stream.ts";
import { withPosixErrors } from "./posix_error.ts";

/** The longest delay that setTimeout() takes, in milliseconds: 24.8 days. */
const MAX_DELAY_MS = 2 ** 31 - 1;
/** The largest `inputs`, serialized. */
const MAX_INPUTS_BYTES = 512 * 1024 * 1024;

/** A program that the host runs, its stdio over the connection, and its timeout. */
export class GuestProcess {
  readonly #control: Control;
  readonly #connection: Connection;
  readonly #params: RunProcess;
  #running: GuestRun | undefined;
  /** A signal that came before the process was there. */
  #early: number | undefined;

  constructor(control: Control, connection: Connection, params: RunProcess) {
    this.#control = control;
    this.#connection = connection;
    this.#params = params;
  }

  /**
   * Runs the program to its end. Streams in the params are accepted before this returns.
   * @throws Error with a POSIX code if it can't start: EAGAIN, ENOENT (cwd)…
   */
  async run(): Promise<ProcessResult> {
    const { inputs, stdin } = this.#params;
    const source = typeof stdin === "number" ? this.#connection.acceptStream(stdin) : stdin;
    try {
      const values = inputs === null ? undefined : this.#connection.receivePayload(inputs, MAX_INPUTS_BYTES);
      return await this.#run(source, values instanceof Promise ? await values : values);
    } catch (error) {
      if (source instanceof IncomingStream) source.cancel();
      throw error;
    }
  }

  /** As kill(2). */
  kill(signal: string): void {
    const number = signalNumber(signal);
    if (number === undefined) return;
    if (this.#running) this.#running.kill(number);
    else this.#early = number;
  }

  async #run(source: Uint8Array | IncomingStream | null, inputs: Uint8Array | undefined): Promise<ProcessResult> {
    const { process: id, outputLimit, timeoutMs, wantsValue } = this.#params;
    const connection = this.#connection;
    const exit = deferred<RunResult>();
    const run = this.#start(source !== null, inputs ?? null, exit.resolve);
    this.#running = run;
    if (source !== null) run.feed(source);
    const [stdout, stderr] = [connection.openStream(), connection.openStream()];
    const drains = [run.drain(1, stdout, outputLimit), run.drain(2, stderr, outputLimit)];
    const started: ProcessStarted = { process: id, pid: run.pid, stdout: stdout.id, stderr: stderr.id };
    connection.event("process.started", started);
    if (this.#early !== undefined) run.kill(this.#early);
    const timer = timeoutMs === null ? undefined : setTimeout(() => run.killGroup(), Math.min(timeoutMs, MAX_DELAY_MS));
    const { exitCode, signal, returnValue } = await exit.promise;
    clearTimeout(timer);
    return {
      exitCode,
      signal,
      value: wantsValue && returnValue ? connection.sendPayload(returnValue) : null,
      truncated: drains.some(({ truncated }) => truncated),
    };
  }

  #start(hasInput: boolean, inputs: Uint8Array | null, onExit: (result: RunResult) => void): GuestRun {
    const { program, argv0, execArgv, args, env, cwd, limits, wantsValue } = this.#params;
    const script = program.kind === "file" ? [program.path] : [];
    const argv = [argv0, ...script, ...args];
    const entry = program.kind === "source" ? { ...program, value: wantsValue, inputs: inputs !== null } : null;
    return withPosixErrors("spawn", [cwd ?? this.#control.cwd], () =>
      this.#control.run({ argv, execArgv, env, cwd, entry, inputs, limits, hasInput }, onExit),
    );
  }
}
