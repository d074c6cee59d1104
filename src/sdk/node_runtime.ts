import type { FilePath, MethodName, Params, Program, Result } from "../protocol/api.ts";
import type { Client } from "./client.ts";
import { abortError, notImplemented, runtimeDisposed } from "./errors.ts";
import { FileStat } from "./file_stat.ts";
import { type GuestEnd, GuestRun, type RunRequest, returnedValue } from "./guest_run.ts";
import { NodeRuntimeProcess } from "./node_runtime_process.ts";
import { type CreateSettings, createSettings, type RunSettings, runSettings } from "./options.ts";
import { type Lease, leaseSidecar } from "./sidecar.ts";
import type {
  ExecResult,
  FetchInput,
  FetchResult,
  Listener,
  ListenerQuery,
  NodeRuntimeOptions,
  RunOptions,
  RunResult,
  Tool,
} from "./types.ts";
import * as check from "./validate.ts";

/** Files up to this size together travel in the request that creates the VM, the others in streams behind it. */
const INLINE_FILES_BYTES = 16 * 1024 * 1024;
/** What calls fail with that dispose() overtook. */
const OVERTAKEN: readonly unknown[] = ["ERR_UNKNOWN_VM", "ESRCH", "ERR_SIDECAR_DISPOSED"];
/** The largest file that readFile() returns. */
const MAX_FILE_BYTES = 2 ** 32;

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
  readonly #lease: Lease;
  readonly #client: Client;
  readonly #vm: number;
  readonly #outputBytes: number;
  #disposed: Promise<void> | undefined;

  private constructor(lease: Lease, vm: number, outputBytes: number) {
    this.#lease = lease;
    this.#client = lease.client;
    this.#vm = vm;
    this.#outputBytes = outputBytes;
  }

  /**
   * Creates a VM.
   * @throws TypeError, RangeError for bad options, with `code` and naming the option; nothing is left running
   */
  static async create(options?: NodeRuntimeOptions): Promise<NodeRuntime> {
    const settings = createSettings(options);
    const begin = performance.now();
    const lease = await leaseSidecar(settings.sidecar);
    const leased = performance.now();
    const runtime = new NodeRuntime(lease, lease.client.nextId(), settings.outputBytes);
    try {
      const timing = await runtime.#boot(settings);
      const { onBootTiming } = settings;
      if (onBootTiming) {
        onBootTiming("sidecar", leased - begin);
        for (const [phase, ms] of Object.entries(timing)) onBootTiming(phase, ms);
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
    const { timing } = await this.#client.call("vm.create", { vm: this.#vm, env, cwd, files, limits, nodeVersion });
    return timing;
  }

  /**
   * Runs a program to its end. `code` is an ES module; `require`, `module`, `exports`, `__filename` and `__dirname` are
   * there too. A program that fails is no exception: see `exitCode` and `stderr`.
   * @throws TypeError, RangeError for bad options; AbortError; ERR_RUNTIME_DISPOSED; ERR_SIDECAR_CRASHED
   */
  async exec(code: string, options?: RunOptions): Promise<ExecResult> {
    const run = this.#runCode("exec", code, options);
    return execResult(run, await run.ended);
  }

  /**
   * Runs a file of the VM to its end, as `node path` does: an ES module, CommonJS or TypeScript by its name.
   * @param path absolute guest path
   * @throws as exec()
   */
  async execFile(path: string, options?: Omit<RunOptions, "language">): Promise<ExecResult> {
    const settings = runSettings(options);
    const run = this.#run("exec", { kind: "file", path: check.absolutePath("path", path) }, settings);
    return execResult(run, await run.ended);
  }

  /**
   * Runs a program that returns a value with `globalThis.__return(value)`: anything that structured cloning carries.
   * Without that call `value` is undefined; the first call wins.
   * @throws as exec()
   */
  async run<T = unknown>(code: string, options?: RunOptions): Promise<RunResult<T>> {
    const run = this.#runCode("run", code, options);
    const end = await run.ended;
    return { ...execResult(run, end), value: returnedValue(end) as T };
  }

  /**
   * Starts a program and resolves when it runs.
   * @throws as exec()
   */
  async spawn(code: string, options?: RunOptions): Promise<NodeRuntimeProcess> {
    const run = this.#runCode("spawn", code, options);
    return new NodeRuntimeProcess(await run.started, run);
  }

  #runCode(call: RunRequest["call"], code: string, options: RunOptions | undefined): GuestRun {
    const settings = runSettings(options);
    return this.#run(
      call,
      { kind: "module", source: check.source("code", code), language: settings.language },
      settings,
    );
  }

  #run(call: RunRequest["call"], program: Program, settings: RunSettings): GuestRun {
    this.#checkOpen();
    if (settings.signal?.aborted) throw abortError(settings.signal);
    const explain = (error: unknown) => this.#explain(error);
    const request = { vm: this.#vm, program, call, outputBytes: this.#outputBytes, explain };
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
    params: Omit<Params<M>, "vm">,
    receive?: (result: Result<M>) => T | Promise<T>,
  ): Promise<T> {
    this.#checkOpen();
    check.absolutePath("path", (params as unknown as FilePath).path);
    try {
      return await this.#client.call(method, { vm: this.#vm, ...params } as unknown as Params<M>, receive);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /** A call that dispose() overtook finds its VM, or the VM's processes, gone. */
  #explain(error: unknown): unknown {
    return this.#disposed && OVERTAKEN.includes((error as { code?: string }).code) ? runtimeDisposed() : error;
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

  /** Kills all that runs and frees the VM. Idempotent; later calls on the runtime reject with ERR_RUNTIME_DISPOSED. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #dispose(): Promise<void> {
    // A sidecar that is gone has nothing left to free.
    if (this.#client.usable) await this.#client.call("vm.dispose", { vm: this.#vm }).catch(() => {});
    await this.#lease.release();
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
