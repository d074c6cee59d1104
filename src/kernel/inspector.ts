import type { ProcessInfo, ProcessInspector } from "./fs/procfs/process_inspector.ts";
import { MAX_PID } from "./limits/fixed.ts";
import type { Process } from "./process/process.ts";
import type { Credentials } from "./vfs/credentials.ts";
import type { Dentry } from "./vfs/dentry.ts";
import type { FileDescription } from "./vfs/file_description.ts";
import type { Vm } from "./vm.ts";

/** Linux's USER_HZ: clock ticks a second in /proc. */
const TICKS_PER_SECOND = 100;
const US_PER_TICK = 1_000_000 / TICKS_PER_SECOND;
const MS_PER_TICK = 1000 / TICKS_PER_SECOND;

/** What procfs shows of a VM. */
export class Inspector implements ProcessInspector {
  readonly #vm: Vm;

  constructor(vm: Vm) {
    this.#vm = vm;
  }

  pids(): number[] {
    return this.#vm.processes.pids();
  }

  owner(pid: number): Credentials | undefined {
    return this.#vm.processes.get(pid)?.creds;
  }

  process(pid: number): ProcessInfo | undefined {
    const process = this.#vm.processes.get(pid);
    if (process === undefined) return undefined;
    const { uid, gid, euid, egid, groups } = process.creds;
    const { userUs, systemUs } = process.cpuTime();
    const { rss, external, heapTotal } = memoryOf(process);
    return {
      pid,
      ppid: process.parent?.pid ?? 0,
      pgid: process.pgid,
      sid: process.sid,
      uid,
      gid,
      euid,
      egid,
      groups,
      umask: process.fs.umask,
      state: this.#state(process),
      argv: process.image.argv,
      environ: process.image.env.map(([name, value]) => `${name}=${value}`),
      comm: process.comm,
      exe: process.image.exe,
      threads: Math.max(1, process.tasks.length),
      userTicks: Math.floor(userUs / US_PER_TICK),
      systemTicks: Math.floor(systemUs / US_PER_TICK),
      startTicks: Math.floor((process.startedAt - this.#vm.bootedAt) / MS_PER_TICK),
      virtualBytes: rss + heapTotal + external,
      residentBytes: rss,
      limits: process.rlimits.describe(),
    };
  }

  cwd(pid: number): Dentry | undefined {
    return this.#live(pid)?.fs.cwd;
  }

  root(pid: number): Dentry | undefined {
    return this.#live(pid)?.fs.root;
  }

  fds(pid: number): number[] {
    return this.#live(pid)?.fds.numbers() ?? [];
  }

  fd(pid: number, fd: number): FileDescription | undefined {
    return this.#live(pid)?.fds.find(fd);
  }

  currentPid(): number {
    return this.#vm.tasks.current?.process.pid ?? 0;
  }

  memory(): { total: number; free: number } {
    const total = this.#vm.limits.memoryMb * 1024 * 1024;
    let used = 0;
    for (const process of this.#vm.processes) used = Math.max(used, memoryOf(process).rss);
    return { total, free: Math.max(0, total - used) };
  }

  cpus(): number {
    return this.#vm.host.cpuCount;
  }

  uptime(): number {
    return (this.#vm.host.now() - this.#vm.bootedAt) / 1000;
  }

  bootTimeSec(): number {
    return Math.floor(Number(this.#vm.host.wallClockNs() / 1_000_000n) / 1000 - this.uptime());
  }

  hostname(): string {
    return this.#vm.hostname;
  }

  maxPid(): number {
    return MAX_PID;
  }

  #state(process: Process): string {
    if (process.isZombie) return "Z";
    if (process.state === "stopped") return "T";
    if (process.tasks.length > 0 && process.tasks.every(({ offloaded }) => offloaded)) return "D";
    const { current } = this.#vm.tasks;
    return process.tasks.every((task) => task.sleeping && task !== current) ? "S" : "R";
  }

  #live(pid: number): Process | undefined {
    const process = this.#vm.processes.get(pid);
    return process?.isZombie ? undefined : process;
  }
}

function memoryOf(process: Process): { rss: number; heapTotal: number; external: number } {
  const task = process.tasks[0];
  if (task === undefined) return { rss: 0, heapTotal: 0, external: 0 };
  return task.runner.memoryUsage(task.tid);
}
