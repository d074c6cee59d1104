import { availableParallelism } from "node:os";
import type { CpuTime, Host, MemoryUsage, ProgramImage, ProgramKind, Runner, TaskLimits } from "../kernel/host.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { randomFill } from "../kernel/random.ts";
import { SYSCALLS } from "../kernel/syscalls/index.ts";
import type { Engine } from "./engine.ts";
import { report } from "./log.ts";

/** Undocumented, and what MakeCallback() does after every callback: runs process.nextTick()'s queue and microtasks. */
const runTicks = (process as unknown as { _tickCallback(): void })._tickCallback;

const MACHINES: Record<string, string> = { x64: "x86_64", arm64: "aarch64" };

/** The kernel's Host over the engine, which runs `node`. */
export class EngineHost implements Host, Runner {
  readonly blockDeadline = new Float64Array(1);
  readonly cpuCount = availableParallelism();
  readonly files = null;
  readonly network = null;
  readonly machine = MACHINES[process.arch] ?? process.arch;
  readonly #engine: Engine;
  #deferred: (() => void)[] = [];
  #kernel: Kernel | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Connects kernel and engine. */
  boot(kernel: Kernel): void {
    this.#kernel = kernel;
    this.#engine.init({
      dispatch: (tid, nr, a0, a1, a2, a3, a4, a5, a6, a7) => kernel.dispatch(tid, nr, a0, a1, a2, a3, a4, a5, a6, a7),
      interrupt: (tid) => kernel.task(tid)?.interrupt(),
      onExit: (tid, reason, detail) => {
        if (reason === "failed") report("A guest's thread failed", detail);
        kernel.taskExited(tid, reason);
      },
      signatures: SYSCALLS.map(({ nr, signature }) => [nr, signature]),
      blockDeadline: this.blockDeadline,
      now: performance.now(),
    });
  }

  /** Serves until the process ends. */
  serve(): void {
    this.#engine.serve(() => this.#tick());
  }

  runner(program: ProgramKind): Runner | null {
    return program === "node" ? this : null;
  }

  wake(tid: number): void {
    this.#engine.wake(tid);
  }

  terminate(tid: number): void {
    this.#engine.terminate(tid);
  }

  interruptScript(tid: number): boolean {
    return this.#engine.interruptScript(tid);
  }

  start(tid: number, _image: ProgramImage, { memoryBytes, cpuMs }: TaskLimits): void {
    if (!this.#engine.start(tid, { memoryBytes, cpuMs })) this.defer(() => this.#kernel!.taskExited(tid, "failed"));
  }

  /** The engine's threads make no calls without the lock yet. */
  offload(): boolean {
    return false;
  }

  defer(fn: () => void): void {
    this.#deferred.push(fn);
    if (this.#deferred.length === 1) this.#engine.notify();
  }

  now(): number {
    return performance.now();
  }

  wallClockNs(): bigint {
    return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e3)) * 1000n;
  }

  /** The engine has one clock a thread: user and system time are not told apart. */
  cpuTime(tid: number): CpuTime {
    return { userUs: Math.round(this.#engine.cpuTimeNs(tid) / 1000), systemUs: 0 };
  }

  memoryUsage(tid: number): MemoryUsage {
    const [heapTotal, heapUsed, external, arrayBuffers] = this.#engine.memoryUsage(tid);
    return { rss: heapTotal + external, heapTotal, heapUsed, external, arrayBuffers };
  }

  random(dst: Uint8Array): void {
    randomFill(dst);
  }

  bug(error: unknown): void {
    report("A bug in the kernel", error);
  }

  /** Runs what was deferred, and what that defers. */
  #tick(): void {
    while (this.#deferred.length > 0) {
      const batch = this.#deferred;
      this.#deferred = [];
      for (const fn of batch) {
        try {
          fn();
        } catch (error) {
          this.bug(error);
        }
      }
    }
    runTicks();
  }
}
