import { ERESTARTSYS, SYS, type SyscallName, type SyscallValue } from "../../src/abi/syscalls.ts";
import type {
  CpuTime,
  Host,
  MemoryUsage,
  ProgramImage,
  ProgramKind,
  Runner,
  TaskLimits,
} from "../../src/kernel/host.ts";
import type { HostCall, HostPort } from "../../src/kernel/host_calls.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";
import type { FakeFiles, FakeNetwork } from "./fake_ports.ts";

/** A syscall that sleeps: what the engine would dispatch again. */
export class Sleeper {
  readonly #host: FakeHost;
  readonly tid: number;
  readonly #nr: number;
  readonly #args: readonly unknown[];
  deadline: number;
  /** undefined while asleep. */
  result: SyscallValue;
  done = false;
  /** How often it was dispatched. */
  dispatches = 1;

  constructor(host: FakeHost, tid: number, nr: number, args: readonly unknown[]) {
    this.#host = host;
    this.tid = tid;
    this.#nr = nr;
    this.#args = args;
    this.deadline = host.blockDeadline[0]!;
  }

  /** What the engine does when the task is woken or its deadline is over. */
  dispatchAgain(): void {
    this.dispatches++;
    const result = this.#host.kernel.dispatch(this.tid, this.#nr, ...this.#args);
    if (result === ERESTARTSYS) {
      this.deadline = this.#host.blockDeadline[0]!;
      return;
    }
    this.result = result;
    this.done = true;
    this.#host.sleepers.delete(this.tid);
  }
}

/** A Host without threads: tasks sleep as objects, and time and wake-ups happen when a test says so. */
export class FakeHost implements Host, Runner {
  kernel!: Kernel;
  readonly blockDeadline: Float64Array = new Float64Array(1);
  readonly cpuCount = 4;
  readonly machine = "x86_64";
  readonly sleepers = new Map<number, Sleeper>();
  readonly started: { tid: number; image: ProgramImage; limits: TaskLimits }[] = [];
  /** What runs other programs than `node`. */
  readonly runners = new Map<ProgramKind, Runner>();
  readonly terminated: number[] = [];
  /** Tasks that run a script which SIGINT is to break off. */
  readonly scripts = new Set<number>();
  readonly bugs: unknown[] = [];
  readonly cpu: CpuTime = { userUs: 0, systemUs: 0 };
  readonly memory: MemoryUsage = { rss: 4096, heapTotal: 3, heapUsed: 2, external: 1, arrayBuffers: 0 };
  files: FakeFiles | null = null;
  network: FakeNetwork | null = null;
  /** Host calls that tasks are to make once dispatch has returned EOFFLOAD. */
  readonly #calls = new Map<number, HostCall>();
  /** Wake-ups that were asked for, sticky. */
  readonly woken = new Set<number>();
  wakes = 0;
  time = 1000;
  readonly #deferred: (() => void)[] = [];

  wake(tid: number): void {
    this.wakes++;
    this.woken.add(tid);
  }
  terminate(tid: number): void {
    this.terminated.push(tid);
  }
  interruptScript(tid: number): boolean {
    return this.scripts.delete(tid);
  }
  runner(program: ProgramKind): Runner | null {
    return program === "node" ? this : (this.runners.get(program) ?? null);
  }
  start(tid: number, image: ProgramImage, limits: TaskLimits): void {
    this.started.push({ tid, image, limits });
  }
  offload(tid: number, call: HostCall): boolean {
    if (this[call.port] === null) return false;
    this.#calls.set(tid, call);
    return true;
  }
  defer(fn: () => void): void {
    this.#deferred.push(fn);
  }
  now(): number {
    return this.time;
  }
  wallClockNs(): bigint {
    return 1_700_000_000_000_000_000n + BigInt(Math.round(this.time * 1e6));
  }
  cpuTime(): CpuTime {
    return { ...this.cpu };
  }
  memoryUsage(): MemoryUsage {
    return this.memory;
  }
  random(dst: Uint8Array): void {
    dst.fill(7);
  }
  bug(error: unknown): void {
    this.bugs.push(error);
  }

  /** Enters the kernel for a task, which must not be asleep. A call that sleeps is known to run() from then on. */
  call(tid: number, name: SyscallName, ...args: unknown[]): SyscallValue | Sleeper {
    if (this.sleepers.has(tid)) throw new Error(`task ${tid} sleeps`);
    // As in the engine: a wake-up that was meant for an earlier sleep is void.
    this.woken.delete(tid);
    const result = this.kernel.dispatch(tid, SYS[name], ...args);
    if (result !== ERESTARTSYS) return result;
    const sleeper = new Sleeper(this, tid, SYS[name], args);
    this.sleepers.set(tid, sleeper);
    return sleeper;
  }

  /** Makes the call that a task is off for, and hands over the reply. */
  makeCall(tid: number): void {
    const call = this.#calls.get(tid)!;
    this.#calls.delete(tid);
    const port = this[call.port] as HostPort<any>;
    this.kernel.offloaded(tid, port.call(call.operation, call.args));
  }

  /** Lets everything happen that can: woken tasks, deferred functions. */
  run(): void {
    while (this.woken.size > 0 || this.#deferred.length > 0) {
      for (const tid of [...this.woken]) {
        this.woken.delete(tid);
        this.sleepers.get(tid)?.dispatchAgain();
      }
      for (const fn of this.#deferred.splice(0)) fn();
    }
  }

  /** Moves the clock on by `ms`, with every deadline on the way. */
  pass(ms: number): void {
    const end = this.time + ms;
    this.run();
    while (true) {
      const due = [...this.sleepers.values()].sort((a, b) => a.deadline - b.deadline)[0];
      if (due === undefined || due.deadline > end) break;
      this.time = Math.max(this.time, due.deadline);
      due.dispatchAgain();
      this.run();
    }
    this.time = end;
  }

  /** Ends the threads that were told to stop, as the engine would report it. */
  reap(): void {
    for (const tid of this.terminated.splice(0)) {
      this.sleepers.delete(tid);
      this.kernel.taskExited(tid, "exit");
    }
    this.run();
  }
}
