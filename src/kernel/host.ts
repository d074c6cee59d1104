import type { FileOperations, HostCall, HostPort, NetworkOperations } from "./host_calls.ts";

/**
 * What the kernel needs from below. The sidecar implements it over the engine; tests implement a deterministic fake.
 * A `tid` here is the global task id: unique over all VMs of a sidecar, never reused, never shown to a guest.
 */
export interface Host {
  /**
   * Wakes a task that sleeps in a syscall, so that it dispatches the same call again. Sticky: a wake that arrives after
   * dispatch returned ERESTARTSYS and before the thread sleeps must not be lost. Never re-enters the kernel.
   */
  wake(tid: number): void;
  /** Stops the task's thread for good, busy or asleep. `Kernel.taskExited` follows. Never re-enters the kernel. */
  terminate(tid: number): void;
  /**
   * SIGINT is about to end the task's process. True if the task runs code that asked to be broken off by it instead
   * (node:vm's `breakOnSigint`), which has been done. Never re-enters the kernel.
   */
  interruptScript(tid: number): boolean;
  /** Starts the thread of a new task. `Kernel.taskExited` follows sooner or later, also if the thread can't be made. */
  start(tid: number, image: ProgramImage): void;
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
  /** Monotonic clock in milliseconds, with fractions: the sidecar's performance.now(). */
  now(): number;
  /** Wall clock, nanoseconds since the epoch. */
  wallClockNs(): bigint;
  /** CPU time consumed by the task's thread. */
  cpuTime(tid: number): CpuTime;
  memoryUsage(tid: number): MemoryUsage;
  /** How many processors guests see. */
  readonly cpuCount: number;
  /** The time-zone-independent machine name of uname(2): "x86_64" or "aarch64". */
  readonly machine: string;
  /** Cryptographically strong random bytes. */
  random(dst: Uint8Array): void;
  /** A bug of the kernel: a handler threw something that is no Errno. The guest saw EFAULT. */
  bug(error: unknown): void;
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

/** What a new task's thread runs. */
export interface ProgramImage {
  /** A program built into the kernel: "node" starts from the guest snapshot. */
  readonly program: "node";
  /** Heap, buffers and WebAssembly memory together, in bytes. */
  readonly memoryBytes: number;
  /** CPU time after which the engine stops the thread and reports `cpu`, in milliseconds; Infinity: none. */
  readonly cpuMs: number;
}

/**
 * Why a task's thread ended, told by the engine. `exit`: it ran to its end, called exit_group or was terminated on the
 * kernel's demand. `memory`, `cpu`: over that limit. `failed`: it could not be started or died of an engine error.
 */
export type TaskExit = "exit" | "memory" | "cpu" | "failed";
