import type { TaskExit } from "../kernel/host.ts";

/** The engine addon, engine/src/engine_api.cc. A `tid` is the kernel's task id. */
export interface Engine {
  /** Maps the guest image that the build made; before the first process. @throws if it does not fit the engine */
  loadImage(path: string): void;
  /** Whether the loaded image is whole, by its checksum. Takes milliseconds: all of it is read. */
  verifyImage(): boolean;
  /** Connects the kernel; before the first start(). Another one may take over when no guest runs. */
  init(options: EngineOptions): void;
  /**
   * Starts a thread that runs the guest's main in a ready isolate, or a new one. false: the system has no more threads.
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
  /**
   * Boots so many isolates with so many realms each, for processes to start from, on a thread of its own.
   * @param collect collect their garbage, too
   */
  prepareGuests(isolates: number, realms: number, collect: boolean): void;
  /** Waits for that. */
  guestsPrepared(): void;
  /** Parks the main thread until stop(): libuv runs, guests enter the kernel. `tick` is called after every turn. */
  serve(tick: () => void): void;
  /** Makes serve() take another turn. Any thread may call it. */
  notify(): void;
  stop(): void;
  /** Two descriptors, each other's ends. @throws if there are none left */
  socketPair(): [number, number];
  /**
   * A descriptor on which the connection of the VM to come is built: in the child that becomes one, its host is at the
   * other end.
   * @param requests where the zygote hears its host
   * @param answers where it answers, a socket that Node made for IPC with a child
   */
  zygotePlaceholder(requests: number, answers: number): number;
  /**
   * Forks a process for every VM that the host asks for. Returns in each of them: JSON of the walls that stand round it. In
   * the zygote it returns undefined when nothing was asked for `idleMs`; -1: never.
   * @throws if the process can't be forked
   */
  zygoteServe(idleMs: number): string | undefined;
  /** Tells the host that all is done that makes later VMs cheaper. */
  zygoteWarm(): void;
  /** Ends the process of a VM at once. */
  endVm(): never;
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
