import { SIGKILL } from "../abi/signal.ts";
import { EOFFLOAD, ERESTARTSYS, FIRST_EXTENSION, type SyscallValue } from "../abi/syscalls.ts";
import { EFAULT, ENOSYS, Errno, ESRCH } from "./errno.ts";
import type { CreateRootFilesystem } from "./fs/rootfs.ts";
import type { Host, TaskExit } from "./host.ts";
import type { HostReply } from "./host_calls.ts";
import { ExitStatus } from "./process/exit_status.ts";
import type { Process } from "./process/process.ts";
import type { Task } from "./process/task.ts";
import type { SyscallEntry, SyscallHandler, SyscallTracer } from "./syscalls/table.ts";
import { WouldBlock } from "./vfs/file_description.ts";
import { Vm, type VmOptions } from "./vm.ts";

/** Numbers of Linux are below. */
const LINUX_NUMBERS = 512;
const EXTENSION_NUMBERS = 64;

/** The gate through which guests enter, and the VM behind it. */
export class Kernel {
  readonly host: Host;
  #vm: Vm | null = null;
  /** null: nobody traces. */
  tracer: SyscallTracer | null = null;
  readonly #linux: readonly (SyscallHandler | undefined)[];
  readonly #extensions: readonly (SyscallHandler | undefined)[];
  readonly #createRootFilesystem: CreateRootFilesystem;

  /** @param syscalls what guests can ask for */
  constructor(host: Host, syscalls: readonly SyscallEntry[], createRootFilesystem: CreateRootFilesystem) {
    this.host = host;
    this.#linux = handlers(syscalls, 0, LINUX_NUMBERS);
    this.#extensions = handlers(syscalls, FIRST_EXTENSION, EXTENSION_NUMBERS);
    this.#createRootFilesystem = createRootFilesystem;
  }

  /** Once: a kernel has one VM. */
  createVm(options: VmOptions = {}): Vm {
    if (this.#vm !== null) throw new Error("The kernel has its VM already");
    this.#vm = new Vm(this.host, this.#createRootFilesystem, options);
    return this.#vm;
  }

  /** null until it is created. */
  get vm(): Vm | null {
    return this.#vm;
  }

  task(tid: number): Task | undefined {
    return this.#vm?.tasks.get(tid);
  }

  /**
   * Carries out syscall `nr` for the task `tid`, on that task's thread. Never throws. Returns a number ≥ 0 or another
   * value; -errno; or ERESTARTSYS: then the thread sleeps until Host.wake(tid) or Host.blockDeadline and dispatches the
   * same call again; or EOFFLOAD, see Host.offload.
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
    const vm = this.#vm;
    const task = vm?.tasks.get(tid);
    if (vm === null || task === undefined) return -ESRCH.errno;
    if (task.attention !== 0) {
      const early = task.attend();
      if (early !== 0) return early;
    }
    const handler = nr < FIRST_EXTENSION ? this.#linux[nr] : this.#extensions[nr - FIRST_EXTENSION];
    let result: SyscallValue = -ENOSYS.errno;
    if (handler !== undefined) {
      vm.tasks.current = task;
      try {
        result = handler(vm, task, a0, a1, a2, a3, a4, a5, a6, a7);
        if (result === ERESTARTSYS) return task.fallAsleep();
        if (result === EOFFLOAD) return result;
      } catch (error) {
        result = this.#failure(error);
      } finally {
        vm.tasks.current = null;
      }
      if (task.attention !== 0) task.endSyscall();
    }
    if (this.tracer !== null) this.tracer(task, nr, [a0, a1, a2, a3, a4, a5, a6, a7], result);
    return result;
  }

  /** A host call was made that dispatch had asked for by EOFFLOAD: told on the task's thread, before it dispatches again. */
  offloaded(tid: number, reply: HostReply): void {
    this.task(tid)?.acceptReply(reply);
  }

  /** The thread of a task has ended, for whatever reason: told by the engine, once a task. */
  taskExited(tid: number, reason: TaskExit): void {
    const vm = this.#vm;
    const task = vm?.tasks.get(tid);
    if (vm === null || task === undefined) return;
    vm.tasks.delete(task);
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
    vm.checkGone();
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

/** The handlers of `count` numbers from `first` on, without holes: an absent one is undefined. */
function handlers(
  syscalls: readonly SyscallEntry[],
  first: number,
  count: number,
): readonly (SyscallHandler | undefined)[] {
  const found = new Array<SyscallHandler | undefined>(count).fill(undefined);
  for (const { nr, handler } of syscalls) if (nr >= first && nr < first + count) found[nr - first] = handler;
  return found;
}
