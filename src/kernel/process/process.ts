import { POLLIN } from "../../abi/poll.ts";
import { RLIMIT_NOFILE } from "../../abi/resource.ts";
import {
  CLD_CONTINUED,
  CLD_DUMPED,
  CLD_EXITED,
  CLD_KILLED,
  CLD_STOPPED,
  SA_NOCLDSTOP,
  SI_KERNEL,
  SIGCHLD,
  SIGCONT,
  SIGHUP,
  type SignalSet,
} from "../../abi/signal.ts";
import type { CpuTime, Host } from "../host.ts";
import type { Rlimits } from "../limits/rlimits.ts";
import type { FsContext } from "../vfs/context.ts";
import type { Credentials } from "../vfs/credentials.ts";
import type { Dentry } from "../vfs/dentry.ts";
import { WaitQueue } from "../wait/queue.ts";
import type { Image } from "./exec/image.ts";
import type { ExitStatus } from "./exit_status.ts";
import type { FdTable } from "./fd_table.ts";
import { ProcessSignals } from "./process_signals.ts";
import type { ProcessTable } from "./process_table.ts";
import type { Task } from "./task.ts";

export type ProcessState = "running" | "stopped" | "zombie";

/** What a new process starts with. */
export interface ProcessSeed {
  readonly pid: number;
  readonly parent: Process | null;
  readonly pgid: number;
  readonly sid: number;
  readonly fs: FsContext;
  readonly fds: FdTable;
  readonly image: Image;
  readonly ignoredSignals: SignalSet;
  readonly rlimits: Rlimits;
  readonly nice: number;
  readonly onExit: ((process: Process) => void) | null;
}

/** A guest process: what gVisor calls a thread group, with its file descriptors, identity and signals. */
export class Process {
  /** Where its pid means it. */
  readonly table: ProcessTable;
  readonly host: Host;
  readonly pid: number;
  parent: Process | null;
  readonly children = new Set<Process>();
  /** Told with POLLIN when a child changes state. */
  readonly childQueue = new WaitQueue();
  pgid: number;
  sid: number;
  readonly tasks: Task[] = [];
  /** Credentials, root and working directory, umask. */
  readonly fs: FsContext;
  readonly fds: FdTable;
  readonly signals: ProcessSignals;
  readonly rlimits: Rlimits;
  /** -20..19. */
  nice: number;
  /** What it runs. */
  readonly image: Image;
  /** Serialized value that the run handed over. */
  returnValue: Uint8Array | null = null;
  /** Milliseconds of Host.now(). */
  readonly startedAt: number;
  state: ProcessState = "running";
  exitStatus: ExitStatus | null = null;
  /** The signal that stopped the process, until wait4 has told of it. */
  stopReport = 0;
  /** SIGCONT continued the process, and wait4 has not told of it. */
  continueReport = false;
  /** CPU time of the tasks that have ended. */
  readonly endedCpu: CpuTime = { userUs: 0, systemUs: 0 };
  /** CPU time of children that were waited for, and of theirs. */
  readonly childrenCpu: CpuTime = { userUs: 0, systemUs: 0 };
  readonly #onExit: ((process: Process) => void) | null;

  constructor(table: ProcessTable, seed: ProcessSeed) {
    this.table = table;
    this.host = table.host;
    this.pid = seed.pid;
    this.parent = seed.parent;
    this.pgid = seed.pgid;
    this.sid = seed.sid;
    this.fs = seed.fs;
    this.fs.cwd.hold();
    this.fds = seed.fds;
    this.image = seed.image;
    this.rlimits = seed.rlimits;
    this.nice = seed.nice;
    this.startedAt = this.host.now();
    this.signals = new ProcessSignals(this, seed.ignoredSignals);
    this.#onExit = seed.onExit;
  }

  get creds(): Credentials {
    return this.fs.creds;
  }

  /** setuid(2) and its kin. */
  setCredentials(creds: Credentials): void {
    this.fs.creds = creds;
  }

  get isZombie(): boolean {
    return this.state === "zombie";
  }

  /** Process 1: the kernel itself, which adopts and reaps. */
  get isInit(): boolean {
    return this.pid === 1;
  }

  /** The last component of the program's path, at most 15 characters. */
  get comm(): string {
    const { exe } = this.image;
    return exe.slice(exe.lastIndexOf("/") + 1).slice(0, 15);
  }

  cpuTime(): CpuTime {
    let { userUs, systemUs } = this.endedCpu;
    for (const { runner, tid } of this.tasks) {
      const time = runner.cpuTime(tid);
      userUs += time.userUs;
      systemUs += time.systemUs;
    }
    return { userUs, systemUs };
  }

  /** chdir(2) to a directory that was looked up. */
  changeDirectory(directory: Dentry): void {
    directory.hold();
    this.fs.cwd.release();
    this.fs.cwd = directory;
  }

  /** Gives back what is open. */
  closeFiles(): void {
    this.fds.clear();
    this.fs.cwd.release();
    // Open files may know this context for long.
    this.fs.cwd = this.fs.root;
  }

  /** setrlimit(2). */
  setRlimit(resource: number, soft: number, hard: number): void {
    this.rlimits.set(resource, soft, hard);
    if (resource === RLIMIT_NOFILE) this.fds.max = soft;
  }

  /** One of several threads has ended. */
  taskEnded(task: Task): void {
    const { userUs, systemUs } = task.runner.cpuTime(task.tid);
    this.endedCpu.userUs += userUs;
    this.endedCpu.systemUs += systemUs;
    this.tasks.splice(this.tasks.indexOf(task), 1);
  }

  /**
   * The end of the process: its threads are stopped, its files closed, its children go to init, its parent hears of it.
   * From here on it is a zombie. Threads that are still unwinding get nothing more from the kernel.
   */
  terminate(status: ExitStatus): void {
    if (this.isZombie) return;
    const { userUs, systemUs } = this.cpuTime();
    this.endedCpu.userUs = userUs;
    this.endedCpu.systemUs = systemUs;
    this.state = "zombie";
    this.exitStatus = status;
    for (const task of this.tasks.splice(0)) task.kill();
    this.closeFiles();
    this.table.orphan(this);
    const onExit = this.#onExit;
    if (onExit !== null) this.host.defer(() => onExit(this));
    const parent = this.parent!;
    if (parent.isInit || parent.signals.reapsChildren) {
      this.table.reap(this);
    }
    if (!parent.isInit) {
      const code = status.signal === 0 ? CLD_EXITED : status.core ? CLD_DUMPED : CLD_KILLED;
      parent.#childChanged(this, code, status.signal === 0 ? status.code : status.signal);
    }
  }

  stop(signal: number): void {
    if (this.state !== "running") return;
    this.state = "stopped";
    this.stopReport = signal;
    this.continueReport = false;
    for (const task of this.tasks) task.stop();
    if ((this.parent!.signals.action(SIGCHLD).flags & SA_NOCLDSTOP) === 0) {
      this.parent!.#childChanged(this, CLD_STOPPED, signal);
    } else {
      this.parent!.childQueue.notify(POLLIN);
    }
  }

  continue(): void {
    if (this.state !== "stopped") return;
    this.state = "running";
    this.stopReport = 0;
    this.continueReport = true;
    for (const task of this.tasks) task.resume();
    this.parent!.#childChanged(this, CLD_CONTINUED, SIGCONT);
    this.signals.deliverPending();
  }

  /** SIGHUP and SIGCONT for a stopped process that nobody can continue any more. */
  hangUp(): void {
    for (const signal of [SIGHUP, SIGCONT]) {
      this.signals.send({ signal, code: SI_KERNEL, pid: 0, uid: 0, status: 0 });
    }
  }

  #childChanged(child: Process, code: number, status: number): void {
    this.childQueue.notify(POLLIN);
    this.signals.send({ signal: SIGCHLD, code, pid: child.pid, uid: child.creds.uid, status });
  }
}
