import type { FileOperations, HostCall, HostPort, NetworkOperations } from "./host_calls.ts";

/**
 * What the kernel needs from below. The server implements it over the engine; tests implement a deterministic fake. A
 * `tid` here is the number of a task between the two: never used again by a kernel, and never shown to a guest.
 */
export interface Host {
  /** What runs programs of a kind; null: nothing here does. */
  runner(program: ProgramKind): Runner | null;
  /**
   * Notes what the task's thread is to do once dispatch has returned EOFFLOAD: let go of the kernel's lock, make the
   * call, take the lock, hand the reply to `Kernel.offloaded`, and dispatch the same syscall again. Nothing wakes or
   * interrupts the thread meanwhile; `terminate` may come, and the reply is handed over all the same. Never re-enters the
   * kernel. False: the host can't do that.
   */
  offload(tid: number, call: HostCall): boolean;
  /** Files of the host that are mounted in a VM; null: there are none. */
  readonly files: HostPort<FileOperations> | null;
  /** The way out of the VM; null: there is none. */
  readonly network: HostPort<NetworkOperations> | null;
  /** Runs `fn` on the main thread, outside any syscall, in the order of the calls. */
  defer(fn: () => void): void;
  /** One element: until when the task whose dispatch returned ERESTARTSYS sleeps; milliseconds of now(), or Infinity. */
  readonly blockDeadline: Float64Array;
  /** Monotonic clock in milliseconds, with fractions: performance.now(). */
  now(): number;
  /** Wall clock, nanoseconds since the epoch. */
  wallClockNs(): bigint;
  /** How many processors guests see. */
  readonly cpuCount: number;
  /** The time-zone-independent machine name of uname(2): "x86_64" or "aarch64". */
  readonly machine: string;
  /** Cryptographically strong random bytes. */
  random(dst: Uint8Array): void;
  /** A bug of the kernel: a handler threw something that is no Errno. The guest saw EFAULT. */
  bug(error: unknown): void;
}

/**
 * What carries out tasks: the engine, with a thread for each, or whatever else makes a process's program happen, such as
 * a call to the host. None of its methods re-enters the kernel.
 */
export interface Runner {
  /** Begins a new task. `Kernel.taskExited` follows sooner or later, also if it can't be begun. */
  start(tid: number, image: ProgramImage, limits: TaskLimits): void;
  /**
   * Wakes a task that sleeps in a syscall, so that it dispatches the same call again. Sticky: a wake that arrives after
   * dispatch returned ERESTARTSYS and before the thread sleeps must not be lost.
   */
  wake(tid: number): void;
  /** Stops the task for good, busy or asleep. `Kernel.taskExited` follows. */
  terminate(tid: number): void;
  /**
   * SIGINT is about to end the task's process. True if the task runs code that asked to be broken off by it instead
   * (node:vm's `breakOnSigint`), which has been done.
   */
  interruptScript(tid: number): boolean;
  cpuTime(tid: number): CpuTime;
  memoryUsage(tid: number): MemoryUsage;
}

/** Microseconds. */
export interface CpuTime {
  userUs: number;
  systemUs: number;
}

/** Bytes; as `process.memoryUsage()`. */
export interface MemoryUsage {
  rss: number;
  heapTotal: number;
  heapUsed: number;
  external: number;
  arrayBuffers: number;
}

/**
 * "node" starts from the guest snapshot, "wasm" is a WebAssembly command, "tool" a function of the host's. "init" is the
 * kernel itself, which nobody runs.
 */
export type ProgramKind = "init" | "node" | "wasm" | "tool";

/** What a new task runs, as far as its runner has to know before it asks. */
export interface ProgramImage {
  readonly program: ProgramKind;
  /** argv[0] is the program's name as it was called. */
  readonly argv: readonly string[];
  /** Guest path of the program. */
  readonly exe: string;
}

export interface TaskLimits {
  /** Heap, buffers and WebAssembly memory together, in bytes. */
  readonly memoryBytes: number;
  /** CPU time after which the task is stopped and `cpu` reported, in milliseconds; Infinity: none. */
  readonly cpuMs: number;
}

/**
 * Why a task's thread ended, told by the engine. `exit`: it ran to its end, called exit_group or was terminated on the
 * kernel's demand. `memory`, `cpu`: over that limit. `failed`: it could not be started or died of an engine error.
 */
export type TaskExit = "exit" | "memory" | "cpu" | "failed";
