import type { SignalSet } from "../../abi/signal.ts";
import type { Runner } from "../host.ts";
import type { Process } from "./process.ts";
import { Task } from "./task.ts";

/** The tasks that have a thread, by the host's task id: also those of zombies whose threads are still unwinding. */
export class TaskTable {
  /** The task whose syscall is being carried out. */
  current: Task | null = null;
  readonly #tasks = new Map<number, Task>();
  #lastTid = 0;

  add(process: Process, id: number, runner: Runner, signalMask: SignalSet): Task {
    const task = new Task(++this.#lastTid, id, process, runner, signalMask);
    this.#tasks.set(task.tid, task);
    process.tasks.push(task);
    return task;
  }

  get size(): number {
    return this.#tasks.size;
  }

  get(tid: number): Task | undefined {
    return this.#tasks.get(tid);
  }

  /** The thread has ended. */
  delete(task: Task): void {
    this.#tasks.delete(task.tid);
  }
}
