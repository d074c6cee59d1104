import type { Dentry } from "../../vfs/dentry.ts";
import type { FileDescription } from "../../vfs/file_description.ts";

/** What procfs shows of a process, proc(5). */
export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly uid: number;
  readonly gid: number;
  readonly euid: number;
  readonly egid: number;
  readonly groups: readonly number[];
  readonly umask: number;
  /** "R" running, "S" sleeping, "D" in a call to the host, "T" stopped, "Z" zombie. */
  readonly state: string;
  readonly argv: readonly string[];
  /** "KEY=value" strings. */
  readonly environ: readonly string[];
  /** At most 15 characters. */
  readonly comm: string;
  /** Guest path of the program. */
  readonly exe: string;
  readonly threads: number;
  /** Clock ticks (1/100 s). */
  readonly userTicks: number;
  readonly systemTicks: number;
  /** Clock ticks after boot. */
  readonly startTicks: number;
  /** Bytes. */
  readonly virtualBytes: number;
  readonly residentBytes: number;
  /** Soft and hard limits by the name of /proc/<pid>/limits, e.g. "Max open files"; Infinity = unlimited. */
  readonly limits: readonly { name: string; soft: number; hard: number; unit: string }[];
}

/** What procfs asks the kernel; the kernel implements it. */
export interface ProcessInspector {
  pids(): number[];
  /** Whom the files of a process belong to; undefined: no such process (any more). Every walk through it asks. */
  owner(pid: number): { readonly euid: number; readonly egid: number } | undefined;
  /** undefined: no such process (any more). */
  process(pid: number): ProcessInfo | undefined;
  /** The working and root directory, for /proc/<pid>/cwd and root. */
  cwd(pid: number): Dentry | undefined;
  root(pid: number): Dentry | undefined;
  /** Open fd numbers, ascending. */
  fds(pid: number): number[];
  fd(pid: number, fd: number): FileDescription | undefined;
  /** The process whose task is in a system call now (/proc/self); 0 if none is. */
  currentPid(): number;
  /** Bytes. */
  memory(): { total: number; free: number };
  cpus(): number;
  /** Seconds since boot. */
  uptime(): number;
  bootTimeSec(): number;
  hostname(): string;
  maxPid(): number;
}
