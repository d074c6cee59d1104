import type { SignalSet } from "../../abi/signal.ts";
import { ERESTARTSYS } from "../../abi/syscalls.ts";
import { EINTR, ENOSYS } from "../errno.ts";
import type { Runner } from "../host.ts";
import type { HostCall, HostReply, ResultOf } from "../host_calls.ts";
import type { WouldBlock } from "../vfs/file_description.ts";
import type { WaitEntry, WaitQueue } from "../wait/queue.ts";
import { PendingSignals } from "./pending_signals.ts";
import type { Process } from "./process.ts";

/** Bits of Task.attention: what dispatch has to see to before it carries out a syscall. */
const EXITING = 1;
const STOPPED = 2;
const INTERRUPTED = 4;
const SLEEPING = 8;
/** The thread makes a host call, without the kernel's lock. */
const OFFLOADED = 16;
/** The current syscall left something to forget: dispatch calls endSyscall() when it is over. */
const CALLING = 32;

/** How long a task is off the kernel's lock in the middle of a long syscall: enough for one who waits to get it. */
const PAUSE_MS = 0.05;

/** Longer sleeps are endless, 34 years: clocks below count nanoseconds in 64 bits. */
const LONGEST_SLEEP_MS = 2 ** 40;

/** What a syscall remembers from one dispatch to the next. */
export interface CallState {
  /** How much of its work is done, in bytes: what the call gives instead of EINTR if a signal ends its sleep. */
  done: number;
}

/** One place where a sleeping task waits. Kept and used again, so that sleeping allocates nothing. */
class TaskWait implements WaitEntry {
  mask = 0;
  queue: WaitQueue | null = null;
  readonly #task: Task;

  constructor(task: Task) {
    this.#task = task;
  }

  callback(): void {
    this.#task.wake();
  }
}

/**
 * A thread of a guest process, after gVisor's `kernel.Task`. It holds what a syscall must remember while it sleeps: the
 * engine dispatches a syscall that returned ERESTARTSYS again, with the same arguments, until it returns anything else.
 */
export class Task {
  /** The host's number for it, see `Host`. */
  readonly tid: number;
  /** What gettid(2) tells: a number of the VM's, the pid for the first thread of a process. */
  readonly id: number;
  readonly process: Process;
  /** What carries it out. */
  readonly runner: Runner;
  /** Bits that make dispatch take its slow path; 0 for a running task. */
  attention = 0;
  /** Blocked signals, rt_sigprocmask(2). */
  signalMask: SignalSet;
  readonly pending = new PendingSignals();
  #state: CallState | null = null;
  #release: ((state: any) => void) | null = null;
  #reply: HostReply | null = null;
  /** Who is given a result that no handler takes any more. */
  #discard: ((result: any) => void) | null = null;
  #deadline = Infinity;
  #deadlineSet = false;
  #pausing = false;
  #woken = false;
  readonly #waits: TaskWait[] = [];
  #waiting = 0;

  constructor(tid: number, id: number, process: Process, runner: Runner, signalMask: SignalSet) {
    this.tid = tid;
    this.id = id;
    this.process = process;
    this.runner = runner;
    this.signalMask = signalMask;
  }

  get sleeping(): boolean {
    return (this.attention & SLEEPING) !== 0;
  }

  /** The thread makes a host call. */
  get offloaded(): boolean {
    return (this.attention & OFFLOADED) !== 0;
  }

  /**
   * What the current syscall remembers: made when it asks first, and the same at each later dispatch.
   * @param release called when the syscall is over, however it ends
   */
  call<State extends CallState>(make: () => State, release: ((state: State) => void) | null = null): State {
    if (this.#state === null) {
      this.#state = make();
      this.#release = release;
      this.attention |= CALLING;
    }
    return this.#state as State;
  }

  /** What the current syscall remembers from an earlier dispatch; null if it has nothing to, as at the first. */
  resumed<State extends CallState>(): State | null {
    return this.#state as State | null;
  }

  /**
   * Does long work piece by piece, and lets others have the kernel's lock between. Returns how much was done in all, or
   * what the handler is to return.
   * @param work does from..to and returns how much of it; if less, the work is over. ERESTARTSYS is passed on.
   */
  inPieces(length: number, pieceLength: number, work: (from: number, to: number) => number): number {
    const from = this.#state?.done ?? 0;
    const to = Math.min(length, from + pieceLength);
    const count = work(from, to);
    if (count < 0) return count;
    const done = from + count;
    if (count < to - from || done >= length) return done;
    this.call(newState).done = done;
    return this.pause();
  }

  /**
   * Makes a host call on the task's own thread, without the kernel's lock. null: the handler is to return EOFFLOAD; it is
   * dispatched again when the reply is there, and asks again. Nothing must depend on what the kernel was before.
   * @param discard what to do with a result if the task is killed meanwhile, so that nobody takes it
   */
  offload<C extends HostCall>(
    call: C,
    discard: (result: ResultOf<C>) => void = nothing,
  ): HostReply<ResultOf<C>> | null {
    const reply = this.#reply;
    if (reply !== null) {
      this.#reply = null;
      this.#discard = null;
      return reply as HostReply<ResultOf<C>>;
    }
    if (!this.process.host.offload(this.tid, call)) throw ENOSYS;
    this.#discard = discard;
    this.attention |= CALLING | OFFLOADED;
    return null;
  }

  /** The host call was made. */
  acceptReply(reply: HostReply): void {
    this.attention &= ~OFFLOADED;
    this.#reply = reply;
    if (this.attention & EXITING) this.#dropReply();
  }

  #dropReply(): void {
    const reply = this.#reply;
    if (reply === null) return;
    this.#reply = null;
    if ("result" in reply) this.#discard?.(reply.result);
    this.#discard = null;
  }

  /** Sleeps until `wait.queue` tells of `wait.events`. To be returned by the handler. */
  block(wait: WouldBlock): number {
    this.watch(wait.queue, wait.events);
    return ERESTARTSYS;
  }

  /** Lets others have the kernel's lock, in the middle of a long syscall. To be returned by the handler. */
  pause(): number {
    this.attention |= CALLING;
    this.#pausing = true;
    return ERESTARTSYS;
  }

  /** Adds a queue whose notification of `events` ends the sleep. The handler then returns ERESTARTSYS. */
  watch(queue: WaitQueue, events: number): void {
    let wait = this.#waits[this.#waiting];
    if (wait === undefined) {
      wait = new TaskWait(this);
      this.#waits.push(wait);
    }
    this.#waiting++;
    this.attention |= CALLING;
    wait.mask = events;
    wait.queue = queue;
    queue.register(wait);
  }

  /**
   * Bounds the syscall's sleep: `timeoutMs` from its first dispatch on. Returns true if that time is over.
   * @param timeoutMs milliseconds; negative or beyond all reason: never.
   */
  timedOut(timeoutMs: number): boolean {
    if (timeoutMs < 0 || timeoutMs > LONGEST_SLEEP_MS) return false;
    const now = this.process.host.now();
    if (!this.#deadlineSet) {
      this.attention |= CALLING;
      this.#deadlineSet = true;
      this.#deadline = now + timeoutMs;
    }
    return now >= this.#deadline;
  }

  /** Milliseconds until the deadline of timedOut(). */
  get remainingMs(): number {
    return Math.max(0, this.#deadline - this.process.host.now());
  }

  wake(): void {
    if (this.#woken || (this.attention & SLEEPING) === 0) return;
    this.#woken = true;
    this.runner.wake(this.tid);
  }

  /** A caught signal without SA_RESTART: ends a sleep with EINTR. */
  interrupt(): void {
    if (!this.sleeping || this.#pausing || this.#reply !== null) return;
    this.attention |= INTERRUPTED;
    this.wake();
  }

  stop(): void {
    this.attention |= STOPPED;
    this.wake();
  }

  resume(): void {
    this.attention &= ~STOPPED;
    this.wake();
  }

  /** The process is over: nothing of this task is carried out any more. */
  kill(): void {
    this.attention |= EXITING;
    this.endSyscall();
    this.runner.terminate(this.tid);
  }

  /**
   * Dispatch's slow path before a syscall. Returns 0 to carry it out, or what to return at once.
   */
  attend(): number {
    this.#woken = false;
    if (this.attention & EXITING) return -EINTR.errno;
    if (this.attention & STOPPED) {
      this.attention |= SLEEPING;
      this.process.host.blockDeadline[0] = Infinity;
      return ERESTARTSYS;
    }
    this.#endWait();
    this.#pausing = false;
    this.attention &= ~SLEEPING;
    if (this.attention & INTERRUPTED) {
      this.attention &= ~INTERRUPTED;
      const done = this.#state?.done ?? 0;
      this.endSyscall();
      return done > 0 ? done : -EINTR.errno;
    }
    return 0;
  }

  /** Dispatch's last step for a handler that returned ERESTARTSYS. */
  fallAsleep(): number {
    if (this.attention & EXITING) {
      this.endSyscall();
      return -EINTR.errno;
    }
    this.attention |= SLEEPING;
    const { host } = this.process;
    host.blockDeadline[0] = this.#pausing ? host.now() + PAUSE_MS : this.#deadline;
    return ERESTARTSYS;
  }

  /** Forgets everything about the current syscall. */
  endSyscall(): void {
    this.#endWait();
    this.attention &= ~CALLING;
    this.#deadlineSet = false;
    this.#deadline = Infinity;
    this.#pausing = false;
    const state = this.#state;
    const release = this.#release;
    this.#state = null;
    this.#release = null;
    this.#dropReply();
    if (state !== null) release?.(state);
  }

  #endWait(): void {
    for (let i = 0; i < this.#waiting; i++) {
      const wait = this.#waits[i]!;
      wait.queue!.unregister(wait);
      wait.queue = null;
    }
    this.#waiting = 0;
  }
}

const newState = (): CallState => ({ done: 0 });
const nothing = (): void => {};
