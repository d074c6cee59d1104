import type { TaskExit } from "../kernel/host.ts";

/** The engine addon, engine/src/engine_api.cc. A `tid` is the kernel's global task id. */
export interface Engine {
  /** Maps the guest image that the build made; before the first prewarm(). @throws if it does not fit the engine */
  loadImage(path: string): void;
  /** Connects the kernel; before the first start(). */
  init(options: EngineOptions): void;
  /**
   * Gives the task a ready isolate, or a new one, and runs the guest's main in it. false: the system has no more threads.
   * @param imagePath makes it a rehearsal: when the program has ended, before its exit is told, an image that holds the
   *   code compiled for it is written there
   */
  start(tid: number, limits: { memoryBytes: number; cpuMs: number }, imagePath?: string): boolean;
  /** Ends the sleep of a task in a syscall, which is dispatched again; sticky. */
  wake(tid: number): void;
  /** Stops a task's thread, busy or asleep; its exit follows. */
  terminate(tid: number): void;
  /** Breaks off the script that a task runs with node:vm's `breakOnSigint`; false if it runs none. */
  interruptScript(tid: number): boolean;
  cpuTimeNs(tid: number): number;
  /** Bytes. */
  memoryUsage(tid: number): [heapTotal: number, heapUsed: number, external: number, arrayBuffers: number];
  /** Collects the kernel's heap and gives free memory back to the system. Takes some milliseconds. */
  collectGarbage(): void;
  /** Keeps so many isolates booted and ready. Each call boots one, the rest follow one by one. */
  prewarm(count: number): void;
  /** Parks the main thread until stop(): libuv runs, guests enter the kernel. `tick` is called after every turn. */
  serve(tick: () => void): void;
  /** Makes serve() take another turn. Any thread may call it. */
  notify(): void;
  stop(): void;
}

export interface EngineOptions {
  /** Carries out a syscall; called on the guest's thread. */
  dispatch(tid: number, nr: number, ...args: unknown[]): unknown;
  /** The task's sleeping syscall is to answer EINTR when it is dispatched again. */
  interrupt(tid: number): void;
  /** A task's thread has ended; called on the main thread. */
  onExit(tid: number, reason: TaskExit, detail: string): void;
  signatures: readonly (readonly [nr: number, letters: string])[];
  blockDeadline: Float64Array;
  /** performance.now(), at the moment of the call. */
  now: number;
}
