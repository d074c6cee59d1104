import { POLLIN } from "../../abi/poll.ts";
import {
  LAST_SIGNAL,
  SA_NOCLDWAIT,
  SA_RESTART,
  SIG_CATCH,
  SIG_DFL,
  SIG_IGN,
  SIGCHLD,
  SIGCONT,
  SIGINT,
  SIGKILL,
  SIGSTOP,
  type SignalInfo,
  type SignalSet,
  STOP_SIGNALS,
  signalBit,
  UNMASKABLE,
} from "../../abi/signal.ts";
import { EINVAL } from "../errno.ts";
import { WaitQueue } from "../wait/queue.ts";
import { defaultAction } from "./default_action.ts";
import { ExitStatus } from "./exit_status.ts";
import { PendingSignals } from "./pending_signals.ts";
import type { Process } from "./process.ts";
import type { Task } from "./task.ts";

export interface SignalAction {
  readonly disposition: number;
  readonly flags: number;
}

const DEFAULT_ACTION: SignalAction = { disposition: SIG_DFL, flags: 0 };

/**
 * The signals of a process, signal(7). There are no asynchronous handlers: a caught signal is pending until the process
 * reads it from a signalfd, which its event loop polls.
 */
export class ProcessSignals {
  readonly #process: Process;
  readonly #actions: (SignalAction | undefined)[] = [];
  readonly pending = new PendingSignals();
  /** Told with POLLIN when a signal becomes pending: what a signalfd waits on. */
  readonly queue = new WaitQueue();

  /** @param ignored the ignored signals that execve(2) keeps. */
  constructor(process: Process, ignored: SignalSet) {
    this.#process = process;
    for (let signal = 1; signal <= LAST_SIGNAL; signal++) {
      if (ignored & signalBit(signal)) this.#actions[signal] = { disposition: SIG_IGN, flags: 0 };
    }
  }

  action(signal: number): SignalAction {
    return this.#actions[signal] ?? DEFAULT_ACTION;
  }

  get ignored(): SignalSet {
    return this.#withDisposition(SIG_IGN);
  }

  get caught(): SignalSet {
    return this.#withDisposition(SIG_CATCH);
  }

  setAction(signal: number, action: SignalAction): void {
    const bit = signalBit(signal);
    if (UNMASKABLE & bit) throw EINVAL;
    const was = this.action(signal).disposition;
    this.#actions[signal] = action;
    // A signal caught until now counts as handled: were it still to take its default action, a process that removes its
    // last listener could die of a signal that it had taken.
    const forget =
      action.disposition === SIG_IGN ||
      (was === SIG_CATCH && action.disposition === SIG_DFL) ||
      (action.disposition === SIG_DFL && defaultAction(signal) === "ignore");
    if (forget) {
      this.pending.discard(bit);
      for (const task of this.#process.tasks) task.pending.discard(bit);
    }
  }

  /** Sends a signal to the process, or to one `task` of it. */
  send(info: SignalInfo, task?: Task): void {
    const process = this.#process;
    const { signal } = info;
    if (process.isZombie || process.isInit) return;
    const bit = signalBit(signal);
    if (signal === SIGKILL) {
      process.terminate(ExitStatus.killed(SIGKILL));
      return;
    }
    if (signal === SIGCONT) {
      this.#discard(STOP_SIGNALS);
      process.continue();
    } else if (STOP_SIGNALS & bit) {
      this.#discard(signalBit(SIGCONT));
    }
    if (this.#ignores(signal) && !this.#blocked(bit, task)) return;
    const pending = task === undefined ? this.pending : task.pending;
    if (!pending.add(info)) return;
    this.deliver(info.signal, task);
    if (!process.isZombie) this.queue.notify(POLLIN);
  }

  /** Acts on what is pending and may act now: after a change of a mask, or when the process goes on. */
  deliverPending(): void {
    for (const task of this.#process.tasks) {
      const ready = (task.pending.set | this.pending.set) & ~task.signalMask;
      if (ready === 0n) continue;
      for (let signal = 1; signal <= LAST_SIGNAL; signal++) {
        if (ready & signalBit(signal)) this.deliver(signal, task.pending.set & signalBit(signal) ? task : undefined);
        if (this.#process.isZombie) return;
      }
    }
  }

  /** Lets a pending signal have its effect on a task that doesn't block it, if there is one. */
  deliver(signal: number, only?: Task): void {
    const process = this.#process;
    // All but SIGKILL and SIGCONT wait until the process goes on.
    if (process.state === "stopped") return;
    const bit = signalBit(signal);
    const task = only ?? process.tasks.find((candidate) => (candidate.signalMask & bit) === 0n);
    if (task === undefined || task.signalMask & bit) return;
    const { disposition, flags } = this.action(signal);
    if (disposition === SIG_CATCH) {
      if ((flags & SA_RESTART) === 0) task.interrupt();
      return;
    }
    (only === undefined ? this.pending : task.pending).take(bit);
    if (disposition === SIG_IGN) return;
    switch (defaultAction(signal)) {
      case "terminate":
        if (signal === SIGINT && task.runner.interruptScript(task.tid)) {
          task.interrupt();
          break;
        }
        process.terminate(ExitStatus.killed(signal));
        break;
      case "core":
        process.terminate(ExitStatus.killed(signal, true));
        break;
      case "stop":
        // The terminal's stop signals are for shells' jobs: nobody would ever continue an orphaned group.
        if (signal === SIGSTOP || !process.table.isOrphanedGroup(process.pgid)) process.stop(signal);
        break;
      case "continue":
      case "ignore":
        break;
    }
  }

  /** What is pending of `among`, for the process or its main thread. */
  pendingAmong(among: SignalSet): SignalSet {
    return (this.pending.set | (this.#process.tasks[0]?.pending.set ?? 0n)) & among;
  }

  /** Takes such a signal: what a signalfd reads. */
  takeAmong(among: SignalSet): SignalInfo | undefined {
    const [task] = this.#process.tasks;
    return task && (task.pending.take(among) ?? this.pending.take(among));
  }

  /** The children of this process leave no zombies. */
  get reapsChildren(): boolean {
    const { disposition, flags } = this.action(SIGCHLD);
    return disposition === SIG_IGN || (flags & SA_NOCLDWAIT) !== 0;
  }

  #ignores(signal: number): boolean {
    const { disposition } = this.action(signal);
    return disposition === SIG_IGN || (disposition === SIG_DFL && defaultAction(signal) === "ignore");
  }

  #blocked(bit: SignalSet, task?: Task): boolean {
    if (task !== undefined) return (task.signalMask & bit) !== 0n;
    return this.#process.tasks.every((candidate) => (candidate.signalMask & bit) !== 0n);
  }

  #discard(signals: SignalSet): void {
    this.pending.discard(signals);
    for (const task of this.#process.tasks) task.pending.discard(signals);
  }

  #withDisposition(disposition: number): SignalSet {
    let set = 0n;
    this.#actions.forEach((action, signal) => {
      if (action?.disposition === disposition) set |= signalBit(signal);
    });
    return set;
  }
}
