import type { EntryPoint } from "../abi/exec_info.ts";
import { O_RDWR } from "../abi/fcntl.ts";
import { RLIMIT_NOFILE } from "../abi/resource.ts";
import { SIGKILL } from "../abi/signal.ts";
import { ENFILE, ESRCH } from "./errno.ts";
import { createWatchBudget } from "./event/epoll.ts";
import type { PipeFilesystem } from "./fs/pipefs/pipefs.ts";
import type { CreateRootFilesystem } from "./fs/rootfs.ts";
import type { Host } from "./host.ts";
import { Inspector } from "./inspector.ts";
import { Budget } from "./limits/budget.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits/limits.ts";
import { Rlimits } from "./limits/rlimits.ts";
import { createStorage, type StorageBudgets } from "./limits/storage.ts";
import { DenialQueue } from "./permissions/denial_queue.ts";
import { type Denial, PermissionPolicy, type Permissions } from "./permissions/policy.ts";
import { PolicyGuard } from "./permissions/policy_guard.ts";
import { checkArgumentSize } from "./process/exec/argument_size.ts";
import { initImage, nodeImage } from "./process/exec/image.ts";
import { spawn } from "./process/exec/spawn.ts";
import { ExitStatus } from "./process/exit_status.ts";
import { FdTable } from "./process/fd_table.ts";
import { Process } from "./process/process.ts";
import { INIT_PID, ProcessTable } from "./process/process_table.ts";
import { TaskTable } from "./process/task_table.ts";
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

const DEFAULT_ID = 1000;

/** One virtual machine: a file system, a process table, an identity, budgets. */
export class Vm {
  readonly host: Host;
  readonly tasks: TaskTable = new TaskTable();
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
  #onGone: (() => void) | null = null;
  #destroyed = false;

  constructor(host: Host, createRootFilesystem: CreateRootFilesystem, options: VmOptions) {
    this.host = host;
    this.env = new Map(Object.entries(options.env ?? {}));
    this.cwd = options.cwd ?? "/home/user";
    const { fds } = options.limits ?? {};
    this.limits = { ...DEFAULT_LIMITS, ...(fds !== undefined && { fdsHard: fds }), ...options.limits };
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
   * Starts `node` for the host, or for a parent. Throws EAGAIN (too many), ENOENT or ENOTDIR (cwd), EMFILE, E2BIG
   * (arguments, environment), ESRCH (VM or parent are gone); then the references in `files` are dropped.
   */
  exec(options: ExecOptions): Process {
    const parent = options.parent ?? this.processes.init;
    const rlimits = parent.rlimits.clone();
    if (options.limits?.fds !== undefined) rlimits.override(RLIMIT_NOFILE, options.limits.fds);
    const fds = new FdTable(rlimits.soft(RLIMIT_NOFILE), this.openFiles);
    try {
      this.#install(fds, options.files ?? []);
      if (this.#destroyed || parent.isZombie) throw ESRCH;
      const creds = parent.isInit ? this.#userCredentials() : parent.creds;
      const cwd = options.cwd ?? (parent.isInit ? this.cwd : ".");
      const { memoryMb, cpuMs } = { ...this.limits, ...options.limits };
      const { argv, execArgv = [], entry = null, inputs = null } = options;
      const env = this.#environment(parent, options.env);
      checkArgumentSize([...argv, ...execArgv], env);
      return spawn(this, parent, nodeImage(argv, env, { execArgv, entry, inputs }), fds, {
        creds,
        cwd: this.vfs.resolveDirectory({ ...parent.fs, creds }, cwd),
        rlimits,
        limits: { memoryBytes: memoryMb * 1024 * 1024, cpuMs },
        newSession: parent.isInit,
        onExit: options.onExit ?? null,
      });
    } catch (error) {
      fds.clear();
      throw error;
    }
  }

  /** For a process of this VM; null: the policy allows all. */
  readonly guardOf = (pid: number): PolicyGuard | null =>
    this.permissions.fs.verdict === "allow" ? null : new PolicyGuard(this.permissions, pid);

  /** A pipe of the VM's user: guests may reopen it under /proc/self/fd. */
  pipe(): ReturnType<PipeFilesystem["create"]> {
    return this.pipes.create(this.#userCredentials(), 0);
  }

  /** Kills every process and ends the VM. `onGone` runs on the main thread when the last thread has ended. */
  destroy(onGone: () => void = () => {}): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#onGone = onGone;
    for (const process of [...this.processes]) process.terminate(ExitStatus.killed(SIGKILL));
    this.checkGone();
  }

  /** Tells that the VM is gone, if it is: asked when a thread has ended. */
  checkGone(): void {
    if (!this.#destroyed || this.tasks.size > 0 || this.#onGone === null) return;
    this.host.defer(this.#onGone);
    this.#onGone = null;
  }

  #createInit(): Process {
    return new Process(this.processes, {
      pid: INIT_PID,
      parent: null,
      pgid: INIT_PID,
      sid: INIT_PID,
      fs: this.vfs.rootContext(),
      fds: new FdTable(this.limits.fds, this.openFiles),
      image: initImage([...this.env]),
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
    const env = new Map([...(parent.isInit ? this.env : parent.image.env), ...Object.entries(own)]);
    return [...env].filter(([name]) => this.permissions.env.allows("read", name));
  }

  /** Fills a table with `files`, at least three, and takes over their references, whatever happens. */
  #install(fds: FdTable, files: readonly InitialFile[]): void {
    const rest = [...files];
    while (rest.length < 3) rest.push(null);
    try {
      while (rest.length > 0) {
        const file = rest[0] ?? this.vfs.open(this.vfs.rootContext(), "/dev/null", O_RDWR, 0);
        rest[0] = file;
        fds.install(file, false);
        rest.shift();
      }
    } finally {
      for (const file of rest) file?.decRef();
    }
  }
}
