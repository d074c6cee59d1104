import type { SignalSet } from "../../abi/signal.ts";
import type { Process } from "./process.ts";
import { Task } from "./task.ts";

/** The tasks that have a thread, by global task id: also those of zombies whose threads are still unwinding. */
export class TaskTable {
  /** The task whose syscall is being carried out. */
  current: Task | null = null;
  readonly #tasks = new Map<number, Task>();
  #lastTid = 0;

  add(process: Process, signalMask: SignalSet): Task {
    const task = new Task(++this.#lastTid, process, signalMask);
    this.#tasks.set(task.tid, task);
    process.tasks.push(task);
    return task;
  }

  get(tid: number): Task | undefined {
    return this.#tasks.get(tid);
  }

  /** The thread has ended. */
  delete(task: Task): void {
    this.#tasks.delete(task.tid);
  }
}
