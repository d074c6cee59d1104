import { SIGKILL, signalNumber } from "../abi/signal.ts";
import type { Process } from "../kernel/process/process.ts";
import type { InitialFile, Vm } from "../kernel/vm.ts";
import type { ProcessResult, ProcessStarted, RunProcess } from "../protocol/api.ts";
import type { Connection } from "../protocol/connection.ts";
import { deferred } from "../protocol/deferred.ts";
import { IncomingStream } from "../protocol/stream.ts";
import { PipeToStream, StreamToPipe } from "./pipe_streams.ts";
import { withPosixErrors } from "./posix_error.ts";

/** The longest delay that setTimeout() takes, in milliseconds: 24.8 days. */
const MAX_DELAY_MS = 2 ** 31 - 1;
/** The largest `inputs`, serialized. */
const MAX_INPUTS_BYTES = 512 * 1024 * 1024;

/** A program that the host runs: a process of the kernel, its stdio over the connection, its timeout. */
export class GuestProcess {
  readonly #vm: Vm;
  readonly #connection: Connection;
  readonly #params: RunProcess;
  #process: Process | undefined;
  /** A signal that came before the process was there. */
  #early: number | undefined;

  constructor(vm: Vm, connection: Connection, params: RunProcess) {
    this.#vm = vm;
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
    if (this.#process) send(this.#process, number);
    else this.#early = number;
  }

  async #run(source: Uint8Array | IncomingStream | null, inputs: Uint8Array | undefined): Promise<ProcessResult> {
    const { process: id, outputLimit, timeoutMs, wantsValue } = this.#params;
    const connection = this.#connection;
    const stdin = source && this.#vm.pipe();
    const [stdout, stderr] = [this.#vm.pipe(), this.#vm.pipe()];
    const exit = deferred<Process>();
    const process = this.#exec([stdin?.reader ?? null, stdout.writer, stderr.writer], inputs, exit.resolve);
    this.#process = process;
    const { host } = this.#vm;
    const defer = host.defer.bind(host);
    const input = stdin && new StreamToPipe(defer, stdin.writer, source);
    const outputs = [stdout, stderr].map(
      ({ reader }) => new PipeToStream(defer, reader, connection.openStream(), outputLimit),
    ) as [PipeToStream, PipeToStream];
    const started: ProcessStarted = {
      process: id,
      pid: process.pid,
      stdout: outputs[0].stream.id,
      stderr: outputs[1].stream.id,
    };
    connection.event("process.started", started);
    if (this.#early !== undefined) send(process, this.#early);
    const timer =
      timeoutMs === null ? undefined : setTimeout(() => this.#killGroup(process), Math.min(timeoutMs, MAX_DELAY_MS));
    await exit.promise;
    clearTimeout(timer);
    input?.close();
    const { exitStatus, returnValue } = process;
    return {
      exitCode: exitStatus!.shellCode,
      signal: exitStatus!.signalName,
      value: wantsValue && returnValue ? connection.sendPayload(returnValue) : null,
      truncated: outputs.some(({ truncated }) => truncated),
    };
  }

  #exec(files: InitialFile[], inputs: Uint8Array | undefined, onExit: (process: Process) => void): Process {
    const { program, argv0, execArgv, args, env, cwd, limits } = this.#params;
    const script = program.kind === "file" ? [program.path] : [];
    return withPosixErrors("spawn", [cwd ?? this.#vm.cwd], () =>
      this.#vm.exec({
        argv: [argv0, ...script, ...args],
        execArgv,
        env,
        ...(cwd !== null && { cwd }),
        files,
        ...(program.kind === "module" && { entry: { ...program, inputs: inputs !== undefined } }),
        ...(inputs && { inputs }),
        limits,
        onExit,
      }),
    );
  }

  /** The program and what it started, unless that made a group of its own. */
  #killGroup({ pgid }: Process): void {
    for (const member of this.#vm.processes.group(pgid)) send(member, SIGKILL);
  }
}

/** From the host: no sender that a guest could see. */
function send(process: Process, signal: number): void {
  process.signals.send({ signal, code: 0, pid: 0, uid: 0, status: 0 });
}
