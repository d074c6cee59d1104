import type { FilePath, MethodName, Params, Result } from "../protocol/api.ts";
import { Client } from "./client.ts";
import { abortError, jailUnavailable, notImplemented, runtimeDisposed } from "./errors.ts";
import { FileStat } from "./file_stat.ts";
import { type GuestEnd, GuestRun, type RunRequest, returnedValue } from "./guest_run.ts";
import { NodeRuntimeProcess } from "./node_runtime_process.ts";
import { type CreateSettings, createSettings, runSettings, wireProgram } from "./options.ts";
import type {
  ExecResult,
  FetchInput,
  FetchResult,
  Listener,
  ListenerQuery,
  NodeRuntimeOptions,
  Program,
  RunOptions,
  RunResult,
  Tool,
  Walls,
} from "./types.ts";
import * as check from "./validate.ts";
import { startVmProcess } from "./zygote.ts";

/** Files up to this size together travel in the request that creates the VM, the others in streams behind it. */
const INLINE_FILES_BYTES = 16 * 1024 * 1024;
/** The largest file that readFile() returns. */
const MAX_FILE_BYTES = 2 ** 32;

/** What is told where no second wall was asked for. */
const NO_WALLS: Walls = {
  noNewPrivs: false,
  noCapabilities: false,
  seccomp: false,
  landlock: false,
  landlockScopes: false,
  rlimits: false,
  landlockAbi: 0,
  failure: "",
};

/**
 * A virtual machine that runs Node.js programs. It has a filesystem, processes and limits of its own and sees nothing
 * of the host.
 *
 * ```ts
 * await using runtime = await NodeRuntime.create();
 * const { stdout } = await runtime.exec(`console.log("hello from", process.platform)`);
 * ```
 */
export class NodeRuntime {
  readonly #client: Client;
  readonly #outputBytes: number;
  #walls: Walls = NO_WALLS;
  #disposed: Promise<void> | undefined;

  private constructor(client: Client, outputBytes: number) {
    this.#client = client;
    this.#outputBytes = outputBytes;
  }

  /**
   * Creates a VM.
   * @throws TypeError, RangeError for bad options, with `code` and naming the option; nothing is left running
   */
  static async create(options?: NodeRuntimeOptions): Promise<NodeRuntime> {
    const settings = createSettings(options);
    const begin = performance.now();
    const { jail, vmMemoryMb } = settings;
    const client = await Client.connect(startVmProcess({ jail: jail !== "off", vmMemoryMb }));
    const started = performance.now();
    const runtime = new NodeRuntime(client, settings.outputBytes);
    try {
      const timing = await runtime.#boot(settings);
      const { onBootTiming } = settings;
      if (onBootTiming) {
        onBootTiming("process", started - begin);
        for (const [phase, ms] of Object.entries(client.isFirst ? timing : { vm: timing.vm! })) onBootTiming(phase, ms);
        onBootTiming("total", performance.now() - begin);
      }
      return runtime;
    } catch (error) {
      await runtime.dispose();
      throw error;
    }
  }

  async #boot(settings: CreateSettings): Promise<Record<string, number>> {
    const { env, cwd, limits, nodeVersion } = settings;
    let room = INLINE_FILES_BYTES;
    const files = settings.files.map(([path, data]) => {
      room -= data.byteLength;
      return [path, room >= 0 ? data : this.#client.streams.sendPayload(data, 0)] as const;
    });
    const { timing, walls } = await this.#client.call("vm.create", { env, cwd, files, limits, nodeVersion });
    this.#walls = Object.freeze({ ...NO_WALLS, ...walls });
    if (settings.jail === "require" && this.#walls.failure !== "") throw jailUnavailable(this.#walls.failure);
    return timing;
  }

  /** The id of the VM's process on the host: for monitoring. It is not to be signalled: dispose() ends it. */
  get pid(): number {
    return this.#client.pid;
  }

  /** What stands round the VM's process beside V8, on this system. */
  get walls(): Walls {
    return this.#walls;
  }

  /**
   * Runs a program to its end: source text, or `{ file }`, an absolute guest path, as `node file` runs it. Source text is
   * an ES module or CommonJS as `options.format` says; in both, `require`, `module`, `exports`, `__filename` and
   * `__dirname` are there. A program that fails is no exception: see `exitCode` and `stderr`.
   * @throws TypeError, RangeError for bad options; AbortError; ERR_RUNTIME_DISPOSED; ERR_VM_CRASHED
   */
  async exec(program: Program, options?: RunOptions): Promise<ExecResult> {
    const run = this.#run("exec", program, options);
    return execResult(run, await run.ended);
  }

  /**
   * Runs a program that returns a value: what it passes to `globalThis.__return`, where the first call wins, else its
   * `export default`, else `module.exports` if it is set. Anything that structured cloning carries.
   * @throws as exec()
   */
  async run<T = unknown>(program: Program, options?: RunOptions): Promise<RunResult<T>> {
    const run = this.#run("run", program, options);
    const end = await run.ended;
    return { ...execResult(run, end), value: returnedValue(end) as T };
  }

  /**
   * Starts a program and resolves when it runs.
   * @throws as exec()
   */
  async spawn(program: Program, options?: RunOptions): Promise<NodeRuntimeProcess> {
    const run = this.#run("spawn", program, options);
    return new NodeRuntimeProcess(await run.started, run);
  }

  #run(call: RunRequest["call"], program: Program, options: RunOptions | undefined): GuestRun {
    const settings = runSettings(options);
    const wire = wireProgram(program, settings);
    this.#checkOpen();
    if (settings.signal?.aborted) throw abortError(settings.signal);
    const request = { program: wire, call, outputBytes: this.#outputBytes };
    return new GuestRun(this.#client, request, settings);
  }

  /** Reads a file. @throws Error with a POSIX `code`, as all file calls: ENOENT, EISDIR, EACCES… */
  async readFile(path: string): Promise<Uint8Array> {
    const { streams } = this.#client;
    return this.#file("fs.readFile", { path }, (data) => streams.receivePayload(data, MAX_FILE_BYTES));
  }

  /** Writes a file, which is created or replaced. Its directory must exist. */
  async writeFile(path: string, data: string | Uint8Array): Promise<void> {
    this.#checkOpen();
    const bytes = check.bytesOrString("data", data);
    check.absolutePath("path", path);
    await this.#file("fs.writeFile", { path, data: this.#client.streams.sendPayload(bytes) });
  }

  /** Creates a directory; with `recursive` its parents too, and it may exist. */
  async mkdir(path: string, options?: { recursive?: boolean }): Promise<void> {
    const { recursive = false } = check.optionsObject("options", options, ["recursive"]);
    await this.#file("fs.mkdir", { path, recursive: check.boolean("recursive", recursive) });
  }

  /** The names in a directory. */
  async readdir(path: string): Promise<string[]> {
    return this.#file("fs.readdir", { path });
  }

  /** What is at `path`; symbolic links are followed. */
  async stat(path: string): Promise<FileStat> {
    return new FileStat(await this.#file("fs.stat", { path }));
  }

  /** Removes a file; with `recursive` a directory and all in it; with `force` nothing need be there. */
  async rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> {
    const { recursive = false, force = false } = check.optionsObject("options", options, ["recursive", "force"]);
    const flags = { recursive: check.boolean("recursive", recursive), force: check.boolean("force", force) };
    await this.#file("fs.rm", { path, ...flags });
  }

  /** Whether something is at `path`; symbolic links are followed. */
  async exists(path: string): Promise<boolean> {
    return this.#file("fs.exists", { path });
  }

  /** Moves a file or directory and replaces what is there, as rename(2). */
  async rename(from: string, to: string): Promise<void> {
    await this.#file("fs.rename", { path: from, to: check.absolutePath("to", to) });
  }

  async #file<M extends Extract<MethodName, `fs.${string}`>, T = Result<M>>(
    method: M,
    params: Params<M>,
    receive?: (result: Result<M>) => T | Promise<T>,
  ): Promise<T> {
    this.#checkOpen();
    check.absolutePath("path", (params as FilePath).path);
    return this.#client.call(method, params, receive);
  }

  /** Sends an HTTP request to a listener inside the VM. Not available yet. */
  async fetch(_port: number, _input?: FetchInput): Promise<FetchResult> {
    throw notImplemented("NodeRuntime.fetch()");
  }

  /** As fetch(), with streams. Not available yet. */
  async request(_port: number, _input: Request | RequestInit): Promise<Response> {
    throw notImplemented("NodeRuntime.request()");
  }

  /** Resolves when a program in the VM listens where the query says. Not available yet. */
  async waitForListener(
    _query: ListenerQuery,
    _options?: { timeout?: number; signal?: AbortSignal },
  ): Promise<Listener> {
    throw notImplemented("NodeRuntime.waitForListener()");
  }

  /** The listener that the query means, or null. Not available yet. */
  async findListener(_query: ListenerQuery): Promise<Listener | null> {
    throw notImplemented("NodeRuntime.findListener()");
  }

  /** Adds host functions that the guest calls as commands. Not available yet. */
  async registerTools(_tools: Record<string, Tool>): Promise<void> {
    throw notImplemented("NodeRuntime.registerTools()");
  }

  /**
   * Kills all that runs and frees the VM, whatever it is doing: when this resolves, its process is gone. Idempotent; later
   * calls on the runtime reject with ERR_RUNTIME_DISPOSED.
   */
  dispose(): Promise<void> {
    this.#disposed ??= this.#client.shutDown();
    return this.#disposed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #checkOpen(): void {
    if (this.#disposed) throw runtimeDisposed();
  }
}

function execResult(run: GuestRun, end: GuestEnd): ExecResult {
  const result: ExecResult = { stdout: run.stdout.text(), stderr: run.stderr.text(), exitCode: end.exitCode };
  if (end.truncated) result.truncated = true;
  return result;
}
