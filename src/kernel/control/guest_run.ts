import type { EntryPoint } from "../../abi/exec_info.ts";
import { SIGKILL } from "../../abi/signal.ts";
import type { PipeFilesystem } from "../fs/pipefs/pipefs.ts";
import type { Limits } from "../limits/limits.ts";
import type { Process } from "../process/process.ts";
import type { InitialFile, Vm } from "../vm.ts";
import { type ByteSink, type ByteSource, PipeDrain, PipeFeed } from "./pipe_ends.ts";

/** What the host runs. */
export interface GuestProgram {
  /** argv[0] is what the program is told as its name. */
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  /** Merged over the VM's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** null: the VM's. */
  readonly cwd: string | null;
  /** What runs instead of a script that argv names, agreed between host and guest. */
  readonly entry: EntryPoint | null;
  /** Serialized values for the run. */
  readonly inputs: Uint8Array | null;
  /** Above or below the VM's. */
  readonly limits: Partial<Pick<Limits, "memoryMb" | "cpuMs" | "fds">>;
  /** False: standard input is /dev/null. */
  readonly hasInput: boolean;
}

/** How a run ended. */
export interface RunResult {
  /** As a shell's $?. */
  readonly exitCode: number;
  /** "SIGKILL", or null if the process exited. */
  readonly signal: string | null;
  /** Serialized value that the program handed over. */
  readonly returnValue: Uint8Array | null;
}

type PipeEnds = ReturnType<PipeFilesystem["create"]>;

/** A program that the host runs: a process, and pipes to its standard files, whose other ends are held here. */
export class GuestRun {
  readonly #vm: Vm;
  readonly #process: Process;
  readonly #input: PipeEnds["writer"] | null;
  readonly #outputs: readonly [stdout: PipeEnds["reader"], stderr: PipeEnds["reader"]];
  #feed: PipeFeed | null = null;

  /**
   * Starts the program. Throws what Vm.exec() throws.
   * @param onExit called on the main thread when the process has ended; its output may still be on its way
   */
  constructor(vm: Vm, program: GuestProgram, onExit: (result: RunResult) => void) {
    this.#vm = vm;
    const input = program.hasInput ? vm.pipe() : null;
    const [stdout, stderr] = [vm.pipe(), vm.pipe()];
    const files: InitialFile[] = [input?.reader ?? null, stdout.writer, stderr.writer];
    this.#input = input?.writer ?? null;
    this.#outputs = [stdout.reader, stderr.reader];
    const { argv, execArgv, env, cwd, entry, inputs, limits } = program;
    try {
      this.#process = vm.exec({
        ...{ argv, execArgv, env, files, limits },
        ...(cwd !== null && { cwd }),
        ...(entry !== null && { entry }),
        ...(inputs !== null && { inputs }),
        onExit: (process) => this.#ended(process, onExit),
      });
    } catch (error) {
      for (const end of [this.#input, ...this.#outputs]) end?.decRef();
      throw error;
    }
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Carries what a source brings to standard input. For a program with input, once. */
  feed(source: Uint8Array | ByteSource): void {
    this.#feed = new PipeFeed(this.#defer, this.#input!, source);
  }

  /**
   * Carries what the program writes to a sink. Once for each.
   * @param fd 1 or 2
   * @param limit how many bytes to pass on; the rest is dropped. null: all
   */
  drain(fd: 1 | 2, sink: ByteSink, limit: number | null): PipeDrain {
    return new PipeDrain(this.#defer, this.#outputs[fd - 1]!, sink, limit);
  }

  /** kill(2) by the host: no sender that a guest could see. */
  kill(signal: number): void {
    send(this.#process, signal);
  }

  /** Kills the program and what it started, unless that made a group of its own. */
  killGroup(): void {
    for (const member of this.#vm.processes.group(this.#process.pgid)) send(member, SIGKILL);
  }

  #ended({ exitStatus, returnValue }: Process, onExit: (result: RunResult) => void): void {
    this.#feed?.close();
    onExit({ exitCode: exitStatus!.shellCode, signal: exitStatus!.signalName, returnValue });
  }

  readonly #defer = (fn: () => void): void => this.#vm.host.defer(fn);
}

function send(process: Process, signal: number): void {
  process.signals.send({ signal, code: 0, pid: 0, uid: 0, status: 0 });
}
