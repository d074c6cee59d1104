import { SIGKILL, type SignalSet } from "../abi/signal.ts";
import { ERESTARTSYS, FIRST_EXTENSION, type SyscallValue } from "../abi/syscalls.ts";
import { EFAULT, ENOSYS, Errno, ESRCH } from "./errno.ts";
import type { CreateRootFilesystem } from "./fs/rootfs.ts";
import type { Host, TaskExit } from "./host.ts";
import { ExitStatus } from "./process/exit_status.ts";
import type { Process } from "./process/process.ts";
import { Task } from "./process/task.ts";
import { EXTENSION_HANDLERS, LINUX_HANDLERS } from "./syscalls/index.ts";
import type { SyscallTracer } from "./syscalls/strace.ts";
import { WouldBlock } from "./vfs/file_description.ts";
import { Vm, type VmOptions } from "./vm.ts";

/** The kernel of a sidecar: all its VMs and their tasks, and the gate through which guests enter. */
export class Kernel {
  readonly host: Host;
  readonly vms = new Set<Vm>();
  /** The task whose syscall is being carried out. */
  current: Task | null = null;
  /** null: nobody traces. */
  tracer: SyscallTracer | null = null;
  readonly #tasks = new Map<number, Task>();
  readonly #createRootFilesystem: CreateRootFilesystem;
  #lastTid = 0;

  constructor(host: Host, createRootFilesystem: CreateRootFilesystem) {
    this.host = host;
    this.#createRootFilesystem = createRootFilesystem;
  }

  createVm(options: VmOptions = {}): Vm {
    const vm = new Vm(this, this.#createRootFilesystem, options);
    this.vms.add(vm);
    return vm;
  }

  /** For Vm.destroy(). */
  removeVm(vm: Vm): void {
    this.vms.delete(vm);
  }

  addTask(process: Process, signalMask: SignalSet): Task {
    const task = new Task(++this.#lastTid, process, signalMask);
    this.#tasks.set(task.tid, task);
    process.tasks.push(task);
    return task;
  }

  task(tid: number): Task | undefined {
    return this.#tasks.get(tid);
  }

  /**
   * Carries out syscall `nr` for the task `tid`, on that task's thread. Never throws. Returns a number ≥ 0 or another
   * value; -errno; or ERESTARTSYS: then the thread sleeps until Host.wake(tid) or Host.blockDeadline and dispatches the
   * same call again.
   */
  dispatch(
    tid: number,
    nr: number,
    a0?: unknown,
    a1?: unknown,
    a2?: unknown,
    a3?: unknown,
    a4?: unknown,
    a5?: unknown,
    a6?: unknown,
    a7?: unknown,
  ): SyscallValue {
    const task = this.#tasks.get(tid);
    if (task === undefined) return -ESRCH.errno;
    if (task.attention !== 0) {
      const early = task.attend();
      if (early !== 0) return early;
    }
    const handler = nr < FIRST_EXTENSION ? LINUX_HANDLERS[nr] : EXTENSION_HANDLERS[nr - FIRST_EXTENSION];
    let result: SyscallValue = -ENOSYS.errno;
    if (handler !== undefined) {
      this.current = task;
      try {
        result = handler(task, a0, a1, a2, a3, a4, a5, a6, a7);
        if (result === ERESTARTSYS) return task.fallAsleep();
      } catch (error) {
        result = this.#failure(error);
      } finally {
        this.current = null;
      }
      if (task.unfinished) task.endSyscall();
    }
    if (this.tracer !== null) this.tracer(task, nr, [a0, a1, a2, a3, a4, a5, a6, a7], result);
    return result;
  }

  /** The thread of a task has ended, for whatever reason: told by the engine, once a task. */
  taskExited(tid: number, reason: TaskExit): void {
    const task = this.#tasks.get(tid);
    if (task === undefined) return;
    this.#tasks.delete(tid);
    const { process } = task;
    task.endSyscall();
    if (!process.isZombie) {
      if (reason !== "exit") {
        this.#explain(process, reason);
        process.terminate(ExitStatus.killed(SIGKILL));
      } else if (process.tasks.length === 1) {
        process.terminate(ExitStatus.exited(0));
      } else {
        process.taskEnded(task);
      }
    }
    process.vm.taskGone(task);
  }

  #failure(error: unknown): number {
    if (error instanceof Errno) return -error.errno;
    this.host.bug(error);
    return -EFAULT.errno;
  }

  /** Says on the process's stderr why it is killed, if there is room. */
  #explain(process: Process, reason: Exclude<TaskExit, "exit">): void {
    const text = {
      memory: "out of memory",
      cpu: "CPU time limit exceeded",
      failed: "its thread failed",
    }[reason];
    const message = Buffer.from(`${process.comm}[${process.pid}] killed: ${text}\n`);
    try {
      const written = process.fds.find(2)?.write(message, null);
      if (written instanceof WouldBlock) return;
    } catch (error) {
      this.#failure(error);
    }
  }
}
