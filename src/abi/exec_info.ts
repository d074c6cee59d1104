import type { SyscallValue } from "./syscalls.ts";

/** What a process boots from, as syscall `execinfo` returns it. The kernel does not interpret `execArgv` and `entry`. */
export interface ExecInfo {
  /** argv[0] is the program's name as it was called. */
  readonly argv: readonly string[];
  /** Options of the program itself, before its script. */
  readonly execArgv: readonly string[];
  readonly env: readonly (readonly [key: string, value: string])[];
  readonly cwd: string;
  /** Guest path of the program. */
  readonly execPath: string;
  readonly nodeVersion: string;
  readonly pid: number;
  readonly ppid: number;
  readonly uid: number;
  readonly gid: number;
  /** What to run, agreed between who starts the process and the program; null: what argv says. */
  readonly entry: EntryPoint | null;
}

export type EntryPoint = { readonly kind: string; readonly [key: string]: SyscallValue };
