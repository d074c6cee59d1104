import { ENOSYS } from "../../errno.ts";
import type { TaskLimits } from "../../host.ts";
import type { Rlimits } from "../../limits/rlimits.ts";
import type { FsContext } from "../../vfs/context.ts";
import type { Dentry } from "../../vfs/dentry.ts";
import type { FsGuard } from "../../vfs/guard.ts";
import type { FdTable } from "../fd_table.ts";
import { Process } from "../process.ts";
import type { ProcessTable } from "../process_table.ts";
import type { TaskTable } from "../task_table.ts";
import type { Image } from "./image.ts";

/** Where processes are made. */
export interface Spawner {
  readonly processes: ProcessTable;
  readonly tasks: TaskTable;
  /** Who restricts the path operations of a new process. */
  guardOf(pid: number): FsGuard | null;
}

/** What a new process has of its own. All else is its parent's. */
export interface SpawnOptions {
  readonly creds: FsContext["creds"];
  readonly cwd: Dentry;
  readonly rlimits: Rlimits;
  readonly limits: TaskLimits;
  /** It leads a session and a group of its own. */
  readonly newSession: boolean;
  /** Called on the main thread when the process has ended. */
  readonly onExit: ((process: Process) => void) | null;
}

/**
 * Makes a child of `parent` that runs `image`, as fork(2) and execve(2) together do: signals that the parent ignores are
 * ignored, those that it catches are not. The process takes over `fds` unless this throws: EAGAIN (too many processes),
 * ENOSYS (nothing runs programs of this kind).
 */
export function spawn(
  { processes, tasks, guardOf }: Spawner,
  parent: Process,
  image: Image,
  fds: FdTable,
  options: SpawnOptions,
): Process {
  const runner = processes.host.runner(image.program);
  if (runner === null) throw ENOSYS;
  if (!parent.isInit) processes.checkUserLimit(parent);
  const pid = processes.allocateId();
  const { creds, cwd, newSession, rlimits, onExit } = options;
  const process = new Process(processes, {
    pid,
    parent,
    pgid: newSession ? pid : parent.pgid,
    sid: newSession ? pid : parent.sid,
    fs: { ...parent.fs, creds, cwd, guard: guardOf(pid) },
    fds,
    image,
    ignoredSignals: parent.signals.ignored,
    rlimits,
    nice: parent.nice,
    onExit,
  });
  processes.add(process);
  const { current } = tasks;
  const task = tasks.add(process, pid, runner, current?.process === parent ? current.signalMask : 0n);
  runner.start(task.tid, image, options.limits);
  return process;
}
