import type { EntryPoint } from "../abi/exec_info.ts";
import { O_RDWR } from "../abi/fcntl.ts";
import { RLIMIT_NOFILE } from "../abi/resource.ts";
import { SIGKILL } from "../abi/signal.ts";
import { ENFILE, ESRCH } from "./errno.ts";
import { createWatchBudget } from "./event/epoll.ts";
import type { PipeFilesystem } from "./fs/pipefs/pipefs.ts";
import type { CreateRootFilesystem } from "./fs/rootfs.ts";
import type { Host, ProgramImage } from "./host.ts";
import { Inspector } from "./inspector.ts";
import { Budget } from "./limits/budget.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits/limits.ts";
import { Rlimits } from "./limits/rlimits.ts";
import { createStorage, type StorageBudgets } from "./limits/storage.ts";
import { DenialQueue } from "./permissions/denial_queue.ts";
import { type Denial, PermissionPolicy, type Permissions } from "./permissions/policy.ts";
import { PolicyGuard } from "./permissions/policy_guard.ts";
import { checkArgumentSize } from "./process/argument_size.ts";
import { ExitStatus } from "./process/exit_status.ts";
import { Process } from "./process/process.ts";
import { INIT_PID, ProcessTable } from "./process/process_table.ts";
import type { Task } from "./process/task.ts";
import type { TaskTable } from "./process/task_table.ts";
import type { FsContext } from "./vfs/context.ts";
import type { Credentials } from "./vfs/credentials.ts";
import type { FileDescription } from "./vfs/file_description.ts";
import type { VirtualFilesystem } from "./vfs/virtual_filesystem.ts";

export interface VmOptions {
  /** Environment of every process, unless it gets its own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where processes start; made if it isn't there. */
  readonly cwd?: string;
  readonly limits?: Partial<Limits>;
  readonly permissions?: Permissions;
  /** What process.version says, without "v". */
  readonly nodeVersion?: string;
  readonly hostname?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Told of refused operations, on the main thread; of a flood of them, not of all. */
  readonly onDenied?: (denial: Denial) => void;
}

/** A file that a process is to have open; the process takes over the reference. null: /dev/null. */
export type InitialFile = FileDescription | null;

export interface ExecOptions {
  /** argv[0] is what the program is told as its name. */
  readonly argv: readonly string[];
  readonly execArgv?: readonly string[];
  /** Merged over the VM's environment (or the parent's, if there is a parent). */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What fds 0, 1, 2… are. Missing ones of the first three: /dev/null. */
  readonly files?: readonly InitialFile[];
  readonly entry?: EntryPoint;
  /** Serialized values for the run, handed out by syscall `inputs`. */
  readonly inputs?: Uint8Array;
  /** The host's for this process, above or below the VM's. */
  readonly limits?: Partial<Pick<Limits, "memoryMb" | "cpuMs" | "fds">>;
  /** The default is init. */
  readonly parent?: Process;
  /** Called on the main thread when the process has ended; its output may still be on its way. */
  readonly onExit?: (process: Process) => void;
}

/** Where the `node` program lies in every VM. */
export const NODE_PATH = "/usr/local/bin/node";
const DEFAULT_ID = 1000;

/** One virtual machine: a file system, a process table, an identity, quotas. VMs share nothing. */
export class Vm {
  readonly host: Host;
  readonly tasks: TaskTable;
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly limits: Limits;
  readonly permissions: PermissionPolicy;
  readonly nodeVersion: string;
  hostname: string;
  /** The user that processes run as. */
  readonly uid: number;
  readonly gid: number;
  readonly vfs: VirtualFilesystem;
  readonly processes: ProcessTable;
  readonly pipes: PipeFilesystem;
  /** Descriptors of all processes. */
  readonly openFiles: Budget;
  readonly storage: StorageBudgets;
  readonly epollWatches: Budget = createWatchBudget();
  readonly inspector: Inspector;
  /** Milliseconds of Host.now(). */
  readonly bootedAt: number;
  /** Tasks whose threads have not ended. */
  readonly #running = new Set<Task>();
  #onGone: (() => void)[];
  #destroyed = false;

  /** @param onGone told when the VM is destroyed and its last thread has ended */
  constructor(
    host: Host,
    tasks: TaskTable,
    createRootFilesystem: CreateRootFilesystem,
    options: VmOptions,
    onGone: (vm: Vm) => void,
  ) {
    this.host = host;
    this.tasks = tasks;
    this.#onGone = [() => onGone(this)];
    this.env = new Map(Object.entries(options.env ?? {}));
    this.cwd = options.cwd ?? "/home/user";
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.nodeVersion = options.nodeVersion ?? "22.0.0";
    this.hostname = options.hostname ?? "localhost";
    this.uid = options.uid ?? DEFAULT_ID;
    this.gid = options.gid ?? DEFAULT_ID;
    this.bootedAt = host.now();
    const { onDenied } = options;
    const denials = onDenied && new DenialQueue((fn) => host.defer(fn), onDenied);
    this.permissions = new PermissionPolicy(
      options.permissions ?? {},
      denials ? (denial) => denials.add(denial) : null,
    );
    this.openFiles = new Budget(this.limits.openFiles, ENFILE);
    this.processes = new ProcessTable(host, this.limits.processes, this.openFiles);
    this.storage = createStorage(this.limits.fsBytes, this.limits.inodes);
    this.inspector = new Inspector(this);
    const { storage, inspector, uid, gid } = this;
    ({ vfs: this.vfs, pipes: this.pipes } = createRootFilesystem({ storage, inspector, uid, gid }));
    this.processes.add(this.#createInit());
  }

  get destroyed(): boolean {
    return this.#destroyed;
  }

  /**
   * Starts a process. Throws EAGAIN (too many), ENOENT or ENOTDIR (cwd), EMFILE, E2BIG (arguments, environment), ESRCH (VM
   * or parent are gone);
   * then the references in `files` are dropped.
   */
  exec(options: ExecOptions): Process {
    const parent = options.parent ?? this.processes.init;
    const files = [...(options.files ?? [])];
    while (files.length < 3) files.push(null);
    let process: Process | undefined;
    try {
      if (this.#destroyed || parent.isZombie) throw ESRCH;
      if (!parent.isInit) this.processes.checkUserLimit(parent);
      const pid = this.processes.allocatePid();
      const fs: FsContext = {
        ...parent.fs,
        creds: { ...(parent.isInit ? this.#userCredentials() : parent.creds) },
        guard: this.permissions.fs.verdict === "allow" ? null : new PolicyGuard(this.permissions, pid),
      };
      const cwd = options.cwd ?? (parent.isInit ? this.cwd : null);
      if (cwd !== null) fs.cwd = this.vfs.resolveDirectory(fs, cwd);
      const env = this.#environment(parent, options.env);
      checkArgumentSize([...options.argv, ...(options.execArgv ?? [])], env);
      const limits = { ...this.limits, ...options.limits };
      const rlimits = parent.rlimits.clone();
      if (options.limits?.fds !== undefined) rlimits.override(RLIMIT_NOFILE, options.limits.fds);
      process = new Process(this.processes, {
        pid,
        parent,
        pgid: parent.isInit ? pid : parent.pgid,
        sid: parent.isInit ? pid : parent.sid,
        fs,
        argv: options.argv,
        execArgv: options.execArgv ?? [],
        env,
        exe: NODE_PATH,
        entry: options.entry ?? null,
        inputs: options.inputs ?? null,
        ignoredSignals: parent.signals.ignored,
        rlimits,
        nice: parent.nice,
        onExit: options.onExit ?? null,
      });
      this.#openFiles(process, files);
      this.processes.add(process);
      const { current } = this.tasks;
      const task = this.tasks.add(process, current?.process === parent ? current.signalMask : 0n);
      this.#running.add(task);
      const image: ProgramImage = {
        program: "node",
        memoryBytes: limits.memoryMb * 1024 * 1024,
        cpuMs: limits.cpuMs,
      };
      this.host.start(task.tid, image);
      return process;
    } catch (error) {
      process?.closeFiles();
      for (const file of files) file?.decRef();
      throw error;
    }
  }

  /** A pipe of the VM's user: guests may reopen it under /proc/self/fd. */
  pipe(): ReturnType<PipeFilesystem["create"]> {
    return this.pipes.create(this.#userCredentials(), 0);
  }

  /** Kills every process and ends the VM. `onGone` runs on the main thread when the last thread has ended. */
  destroy(onGone: () => void = () => {}): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#onGone.push(onGone);
    for (const process of [...this.processes]) process.terminate(ExitStatus.killed(SIGKILL));
    this.#checkGone();
  }

  /** The thread of `task` has ended. */
  taskGone(task: Task): void {
    this.#running.delete(task);
    this.#checkGone();
  }

  #checkGone(): void {
    if (!this.#destroyed || this.#running.size > 0) return;
    for (const told of this.#onGone.splice(0)) this.host.defer(told);
  }

  #createInit(): Process {
    return new Process(this.processes, {
      pid: INIT_PID,
      parent: null,
      pgid: INIT_PID,
      sid: INIT_PID,
      fs: this.vfs.rootContext(),
      argv: ["/sbin/init"],
      execArgv: [],
      env: [...this.env],
      exe: "/sbin/init",
      entry: null,
      inputs: null,
      ignoredSignals: 0n,
      rlimits: Rlimits.initial(this.limits),
      nice: 0,
      onExit: null,
    });
  }

  #userCredentials(): Credentials {
    const { uid, gid } = this;
    return { uid, gid, euid: uid, egid: gid, suid: uid, sgid: gid, groups: [gid] };
  }

  #environment(parent: Process, own: Readonly<Record<string, string>> = {}): [string, string][] {
    const env = new Map([...(parent.isInit ? this.env : parent.env), ...Object.entries(own)]);
    return [...env].filter(([name]) => this.permissions.env.allows("read", name));
  }

  /** Moves `files` into the process's table: what was moved is gone from the array. */
  #openFiles(process: Process, files: InitialFile[]): void {
    for (let fd = 0; fd < files.length; fd++) {
      const file = files[fd] ?? this.vfs.open(this.vfs.rootContext(), "/dev/null", O_RDWR, 0);
      files[fd] = file;
      process.fds.install(file, false);
      files[fd] = null;
    }
  }
}
