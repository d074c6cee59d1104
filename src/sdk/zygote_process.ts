import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { deferred } from "../protocol/deferred.ts";
import { streamTransport, type Transport } from "../protocol/transport.ts";
import { enginePath, engineProblem } from "./engine_path.ts";
import { engineStart } from "./errors.ts";

const ZYGOTE_MAIN = fileURLToPath(new URL("../zygote/main.cjs", import.meta.url));
const LAUNCHER = fileURLToPath(new URL("../../engine/build/Release/launcher", import.meta.url));
/** How much of the end of its stderr is kept for error messages, in characters. */
const LOG_LENGTH = 4096;
/** How long a zygote may take until it forks its first VM, in milliseconds. */
const START_MS = 30_000;

/** A request, as engine/src/zygote/channel.h has it. */
const FORK = 0x46;
const KILL = 0x4b;
const NO_JAIL = 1;

/** What of a VM is fixed when its process is made. */
export interface VmProcessOptions {
  /** Whether the second wall is built. */
  jail: boolean;
  vmMemoryMb: number;
}

/** The process of a VM, and the connection to it. */
export interface VmProcess {
  /** Its close comes after the process has ended. */
  readonly transport: Transport;
  readonly pid: number;
  /** Whether it is the zygote's first. */
  readonly isFirst: boolean;
  /** How the process ended; undefined while it lives. */
  readonly end: ProcessEnd | undefined;
  /** Resolves when the process is gone. */
  readonly ended: Promise<ProcessEnd>;
  /** Kills the process, whatever it does. */
  kill(): void;
  /** Whether waiting for the end keeps the host alive. */
  ref(): void;
  unref(): void;
}

export interface ProcessEnd {
  readonly code?: number;
  /** A number: the engine's system is always Linux. */
  readonly signal?: number;
  /** The last it wrote to stderr. */
  readonly log: string;
}

/** What the zygote tells: a VM, whose connection comes with it; the end of one; what it could not do; that it is warm. */
type Answer =
  | { vm: number; pid: number }
  | ({ exit: number } & ProcessEnd)
  | { failed: number; reason: string }
  | { warm: true };

/** What of the host's environment reaches an engine process, though never a guest: the file for traces of guests' syscalls. */
const FORWARDED = ["SECURE_EXEC_STRACE"];

/** An engine process that is forked for every VM. It ends, and all its VMs with it, when this process does. */
export class ZygoteProcess {
  readonly #child: ChildProcess;
  readonly #engine: string;
  readonly #asked = new Map<number, (answer: { vm: VmProcess } | { error: Error }) => void>();
  readonly #ends = new Map<number, (end: ProcessEnd) => void>();
  readonly #gone = deferred();
  #lastId = 0;
  #refs = 0;
  #log = "";
  #served = false;
  #ended: string | undefined;
  /** Called when the zygote has warmed up: VMs are cheaper from here on. */
  onWarm: () => void = () => {};

  /** @throws Error (ERR_UNSUPPORTED_PLATFORM, ERR_ENGINE_START) */
  constructor() {
    this.#engine = enginePath();
    const env: Record<string, string> = { TZ: "UTC", UV_USE_IO_URING: "0" };
    for (const name of FORWARDED) if (process.env[name]) env[name] = process.env[name];
    const args = [String(process.pid), this.#engine, ZYGOTE_MAIN];
    try {
      // Requests go to its stdin; its answers, with connections beside them, come through the channel that Node makes.
      this.#child = spawn(LAUNCHER, args, {
        cwd: "/",
        env,
        stdio: ["pipe", "ignore", "pipe", "ipc"],
        // A Ctrl-C in the host's terminal is the host's to handle.
        detached: true,
      });
    } catch (error) {
      throw engineStart(this.#engine, engineProblem(error, LAUNCHER), "", error);
    }
    this.#listen(this.#child);
    this.#updateRefs();
  }

  get usable(): boolean {
    return this.#ended === undefined;
  }

  /** Resolves when the process has ended. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Forks a VM's process. Rejects with ERR_ENGINE_START if the zygote can't. */
  fork({ jail, vmMemoryMb }: VmProcessOptions): Promise<VmProcess> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#failure());
      this.ref();
      const timer = this.#served ? undefined : setTimeout(() => this.#child.kill("SIGKILL"), START_MS);
      this.#asked.set(id, (answer) => {
        clearTimeout(timer);
        this.unref();
        if ("vm" in answer) resolve(answer.vm);
        else reject(answer.error);
      });
      this.#request(FORK, jail ? 0 : NO_JAIL, id, vmMemoryMb);
    });
  }

  /** Ends the process and all its VMs. */
  close(): void {
    this.#child.stdin?.destroy();
  }

  /** Whether waiting for the zygote keeps the host alive; counted. */
  ref(): void {
    if (this.#refs++ === 0) this.#updateRefs();
  }
  unref(): void {
    if (--this.#refs === 0) this.#updateRefs();
  }

  #updateRefs(): void {
    const method = this.#refs > 0 ? "ref" : "unref";
    const { channel, stdin, stderr } = this.#child as any;
    for (const handle of [this.#child, channel, stdin, stderr]) handle?.[method]?.();
  }

  #listen(child: ChildProcess): void {
    child.once("error", (error) => this.#end(engineProblem(error, LAUNCHER)));
    child.once("exit", (code, signal) => this.#end(signal ? `was killed by ${signal}` : `exited with code ${code}`));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#log = (this.#log + text).slice(-LOG_LENGTH);
    });
    (child.stdin as Writable | null)?.on("error", () => {});
    child.on("message", (answer, connection) => this.#onAnswer(answer as Answer, connection as Socket | undefined));
  }

  #request(operation: number, flags: number, id: number, memoryMb: number): void {
    const bytes = new DataView(new ArrayBuffer(12));
    bytes.setUint8(0, operation);
    bytes.setUint8(1, flags);
    bytes.setUint32(4, id, true);
    bytes.setUint32(8, memoryMb, true);
    this.#child.stdin?.write(new Uint8Array(bytes.buffer));
  }

  #onAnswer(answer: Answer, connection: Socket | undefined): void {
    if ("vm" in answer) {
      this.#served = true;
      if (connection) this.#settle(answer.vm, { vm: this.#vmProcess(answer.vm, answer.pid, connection) });
      else this.#settle(answer.vm, { error: engineStart(this.#engine, "gave no connection to a VM", this.#log) });
    } else if ("exit" in answer) {
      this.#ends.get(answer.exit)?.(answer);
    } else if ("failed" in answer) {
      this.#settle(answer.failed, { error: engineStart(this.#engine, `can't be forked: ${answer.reason}`, "") });
    } else if ("warm" in answer) {
      this.onWarm();
    }
  }

  #settle(id: number, answer: { vm: VmProcess } | { error: Error }): void {
    const settle = this.#asked.get(id);
    this.#asked.delete(id);
    settle?.(answer);
  }

  #vmProcess(id: number, pid: number, connection: Socket): VmProcess {
    const ended = deferred<ProcessEnd>();
    let end: ProcessEnd | undefined;
    this.#ends.set(id, (how) => {
      this.#ends.delete(id);
      end = how;
      ended.resolve(how);
    });
    connection.unref();
    const stream = streamTransport(connection, connection);
    return {
      transport: {
        ...stream,
        receive: ({ data, close }) =>
          stream.receive({
            data,
            close: (error) => {
              // What has let go of its connection may live on: nothing of it is of use.
              if (!end) this.#kill(id);
              void ended.promise.then(() => close(error));
            },
          }),
      },
      pid,
      isFirst: id === 1,
      get end() {
        return end;
      },
      ended: ended.promise,
      kill: () => this.#kill(id),
      ref: () => this.ref(),
      unref: () => this.unref(),
    };
  }

  #kill(id: number): void {
    if (this.#ends.has(id)) this.#request(KILL, 0, id, 0);
  }

  /** The zygote is gone, and the system has killed its VMs. */
  #end(how: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = how;
    for (const id of [...this.#asked.keys()]) this.#settle(id, { error: this.#failure() });
    for (const end of [...this.#ends.values()]) end({ log: `The engine process, to which it belonged, ${how}` });
    this.#gone.resolve();
  }

  #failure(): Error {
    return engineStart(this.#engine, this.#ended ?? "", this.#log.trim());
  }
}
