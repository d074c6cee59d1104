import type { ProcessResult, ProcessStarted, Program } from "../protocol/api.ts";
import { deferred } from "../protocol/deferred.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { Payload } from "../protocol/messages.ts";
import type { OutgoingStream } from "../protocol/stream.ts";
import type { Client } from "./client.ts";
import { abortError, brokenPipe, stdinClosed } from "./errors.ts";
import type { RunSettings } from "./options.ts";
import { Output } from "./output.ts";
import { bytesOrString } from "./validate.ts";
import { deserializeValue, serializeValue } from "./value.ts";

/** How long an aborted program has for its SIGTERM before it gets SIGKILL, in milliseconds. */
const ABORT_GRACE_MS = 1000;
/** The largest value that a program may return, serialized. */
const MAX_VALUE_BYTES = 512 * 1024 * 1024;

export interface GuestEnd {
  exitCode: number;
  signal: string | null;
  /** Serialized. */
  value: Uint8Array | null;
  truncated: boolean;
}

export interface RunRequest {
  program: Program;
  /** run() wants a value; spawn() wants all output, and stdin to stay open for writeStdin(). */
  call: "exec" | "run" | "spawn";
  /** The VM's limit of captured output. */
  outputBytes: number;
}

/** One program in a VM, from the request to its end: what exec(), run() and spawn() have in common. */
export class GuestRun {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Resolves with the pid when the program has started; rejects as `ended` if it never does. */
  readonly started: Promise<number>;
  /** Resolves when the program has ended and its output is delivered. */
  readonly ended: Promise<GuestEnd>;
  /** How the program ended; undefined while it runs. */
  result: ProcessResult | undefined;
  readonly #client: Client;
  readonly #process: number;
  readonly #settings: RunSettings;
  readonly #stdin: OutgoingStream | undefined;
  #source: AsyncIterator<string | Uint8Array> | undefined;
  readonly #started = deferred<number>();
  #stdinState: "open" | "given" | "closed" = "given";
  #isStarted = false;
  #over = false;
  /** Why the run fails although the program ended. */
  #failure: { error: unknown } | undefined;
  /** The end of the last writeStdin(): chunks are sent in order. */
  #written: Promise<void> = Promise.resolve();

  /** Starts the program. What is wrong with it comes through `started` and `ended`. */
  constructor(client: Client, { program, call, outputBytes }: RunRequest, settings: RunSettings) {
    this.#client = client;
    this.#process = client.nextId();
    this.#settings = settings;
    const limit = settings.outputBytes ?? outputBytes;
    const outputOptions = {
      limit,
      keepAlive: (work: Promise<void>) => client.keepAlive(work),
      onError: (error: unknown) => this.#fail(error),
    };
    this.stdout = new Output({ ...outputOptions, callback: settings.onStdout });
    this.stderr = new Output({ ...outputOptions, callback: settings.onStderr });
    const live = call === "spawn" || settings.onStdout !== undefined || settings.onStderr !== undefined;
    const inputs = settings.hasInputs ? serializeValue(settings.inputs) : null;
    const { streams } = client;
    const { stdin } = settings;
    let wireStdin: Payload | null = null;
    if (stdin instanceof Uint8Array) {
      wireStdin = streams.sendPayload(stdin);
    } else if (stdin || call === "spawn") {
      this.#stdin = streams.openStream();
      this.#stdinState = stdin ? "given" : "open";
      wireStdin = this.#stdin.id;
    }
    this.started = this.#started.promise;
    this.started.catch(() => {});
    this.ended = this.#run({
      process: this.#process,
      program,
      argv0: settings.argv0,
      execArgv: settings.execArgv,
      args: settings.args,
      env: settings.env,
      cwd: settings.cwd,
      stdin: wireStdin,
      outputLimit: live ? null : limit,
      timeoutMs: settings.timeout,
      limits: settings.limits,
      inputs: inputs && streams.sendPayload(inputs),
      wantsValue: call === "run",
    });
    this.ended.catch((error) => this.#started.reject(error));
    if (stdin && !(stdin instanceof Uint8Array)) void this.#pump(stdin, this.#stdin!);
  }

  /** Sends a signal; whether the program was still there to get it. */
  kill(signal: string): boolean {
    if (this.result || this.#over) return false;
    this.#client.call("process.kill", { process: this.#process, signal }).catch(() => {});
    return true;
  }

  /** Resolves when the guest's stdin has taken the data. */
  writeStdin(bytes: Uint8Array): Promise<void> {
    const stdin = this.#stdin;
    if (!stdin || this.#stdinState !== "open") return Promise.reject(stdinClosed());
    const written = this.#written.then(async () => {
      if (!(await stdin.write(bytes))) throw this.#client.usable ? brokenPipe() : this.#client.lossError;
    });
    this.#written = written.catch(() => {});
    return written;
  }

  closeStdin(): void {
    if (this.#stdinState !== "open") return;
    this.#stdinState = "closed";
    void this.#written.then(() => this.#stdin?.end());
  }

  async #run(params: Parameters<Client["run"]>[0]): Promise<GuestEnd> {
    const { signal } = this.#settings;
    let grace: NodeJS.Timeout | undefined;
    const abort = () => {
      this.kill("SIGTERM");
      grace = setTimeout(() => this.kill("SIGKILL"), ABORT_GRACE_MS).unref();
      this.#failure ??= { error: abortError(signal!) };
    };
    signal?.addEventListener("abort", abort, { once: true });
    try {
      const end = await this.#runToEnd(params);
      await this.#client.keepAlive(Promise.all([this.stdout.delivered, this.stderr.delivered]));
      if (this.#failure) throw this.#failure.error;
      return { ...end, truncated: end.truncated || this.stdout.truncated || this.stderr.truncated };
    } finally {
      this.#over = true;
      signal?.removeEventListener("abort", abort);
      clearTimeout(grace);
      this.#stdin?.end();
      void this.#source?.return?.().catch(() => {});
    }
  }

  /** A program that dispose() overtook ends as by SIGKILL; one that had not started never gets a pid. */
  async #runToEnd(params: Parameters<Client["run"]>[0]): Promise<GuestEnd> {
    try {
      return await this.#client.run(
        params,
        (started) => this.#onStarted(started),
        (result) => this.#onEnded(result),
      );
    } catch (error) {
      if (!this.#client.isShutDown) throw error;
      if (!this.#isStarted) {
        this.#started.reject(error);
        for (const output of [this.stdout, this.stderr]) output.finish();
      }
      this.result ??= { exitCode: 137, signal: "SIGKILL", truncated: false, value: null };
      const { exitCode, signal, truncated } = this.result;
      return { exitCode, signal, truncated, value: null };
    }
  }

  #onStarted({ pid, stdout, stderr }: ProcessStarted): void {
    this.stdout.attach(this.#client.streams.acceptStream(stdout));
    this.stderr.attach(this.#client.streams.acceptStream(stderr));
    this.#isStarted = true;
    this.#started.resolve(pid);
  }

  async #onEnded(result: ProcessResult): Promise<GuestEnd> {
    if (!this.#isStarted) throw new ProtocolError("A process ended that did not start");
    this.result = result;
    const { exitCode, signal, truncated } = result;
    const value = result.value === null ? null : this.#client.streams.receivePayload(result.value, MAX_VALUE_BYTES);
    return { exitCode, signal, truncated, value: await value };
  }

  /** A callback or the source of stdin threw: the program is killed and the run rejects with that. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.kill("SIGKILL");
  }

  /** Sends what `source` yields until it ends or nobody reads any more. */
  async #pump(iterable: AsyncIterable<string | Uint8Array>, stdin: OutgoingStream): Promise<void> {
    try {
      const source = iterable[Symbol.asyncIterator]();
      this.#source = source;
      for (let next = await source.next(); !next.done; next = await source.next()) {
        if (!(await stdin.write(bytesOrString("stdin", next.value)))) return;
      }
      stdin.end();
    } catch (error) {
      if (!this.result) this.#fail(error);
    }
  }
}

/** What `value` of GuestEnd holds. */
export function returnedValue(end: GuestEnd): unknown {
  return end.value === null ? undefined : deserializeValue(end.value);
}
