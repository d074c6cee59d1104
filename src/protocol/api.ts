/** What a host asks of a VM: the methods of the protocol, their params and results. */
import type { Payload } from "./messages.ts";

export interface Methods {
  /** The first request, once. A VM ends with its connection. */
  "vm.create": { params: CreateVm; result: CreatedVm };
  /** Answered when the process has ended; ProcessStarted tells of its start. */
  "process.run": { params: RunProcess; result: ProcessResult };
  /** A process that has ended is ignored. */
  "process.kill": { params: { process: number; signal: string }; result: null };
  "fs.readFile": { params: FilePath; result: Payload };
  "fs.writeFile": { params: FilePath & { data: Payload }; result: null };
  "fs.mkdir": { params: FilePath & { recursive: boolean }; result: null };
  "fs.readdir": { params: FilePath; result: string[] };
  "fs.stat": { params: FilePath; result: WireStat };
  "fs.rm": { params: FilePath & { recursive: boolean; force: boolean }; result: null };
  "fs.exists": { params: FilePath; result: boolean };
  "fs.rename": { params: FilePath & { to: string }; result: null };
}
export type MethodName = keyof Methods;
export type Params<M extends MethodName> = Methods[M]["params"];
export type Result<M extends MethodName> = Methods[M]["result"];

export interface Events {
  "process.started": ProcessStarted;
}

export interface CreateVm {
  env: Record<string, string>;
  cwd: string;
  files: (readonly [path: string, data: Payload])[];
  limits: WireLimits;
  nodeVersion: string;
}

export interface CreatedVm {
  /** Where the time went, in milliseconds, by phase. */
  timing: Record<string, number>;
  walls: WireWalls;
}

/** What stands round the VM's process beside V8; nothing where no second wall was asked for. */
export interface WireWalls {
  noNewPrivs?: boolean;
  noCapabilities?: boolean;
  seccomp?: boolean;
  landlock?: boolean;
  landlockScopes?: boolean;
  rlimits?: boolean;
  /** The version of Landlock; 0: the kernel has none. */
  landlockAbi?: number;
  /** What could not be built, in words; empty when all stands. */
  failure?: string;
}

/** Only what the user set; the kernel has the defaults. */
export interface WireLimits {
  memoryMb?: number;
  cpuMs?: number;
  processes?: number;
  fds?: number;
  fsBytes?: number;
  inodes?: number;
  sockets?: number;
}

export interface RunProcess {
  /** Chosen by the host, never used again on this connection. */
  process: number;
  program: Program;
  argv0: string;
  /** Options of Node itself. */
  execArgv: string[];
  args: string[];
  /** Merged over the VM's. */
  env: Record<string, string>;
  /** null: the VM's. */
  cwd: string | null;
  /** null: empty, at its end at once. */
  stdin: Payload | null;
  /** How many bytes of stdout and of stderr to pass on; the rest is dropped. null: all, with back-pressure. */
  outputLimit: number | null;
  /** From the process's start to its SIGKILL; null: none. */
  timeoutMs: number | null;
  limits: WireLimits;
  /** Serialized by V8's ValueSerializer, or null. */
  inputs: Payload | null;
  /** Whether the value that the program returns is wanted. */
  wantsValue: boolean;
}

/** What to run: source text, or a file of the VM as `node file` runs it. */
export type Program = SourceText | { kind: "file"; path: string };

export interface SourceText {
  kind: "source";
  source: string;
  language: "js" | "ts";
  /** `auto`: an ES module if it has the syntax of one, else CommonJS. */
  format: "auto" | "module" | "commonjs";
  /** Its name in stack traces, relative to the working directory; null: one after its format. */
  filename: string | null;
}

export interface ProcessStarted {
  process: number;
  pid: number;
  /** Stream ids. */
  stdout: number;
  stderr: number;
}

export interface ProcessResult {
  /** As a shell's $?: 128 + signal number for a signal. */
  exitCode: number;
  signal: string | null;
  /** Serialized by V8's ValueSerializer, or null if the process returned none or none is wanted. */
  value: Payload | null;
  /** Output beyond outputLimit was dropped. */
  truncated: boolean;
}

export interface FilePath {
  path: string;
}

export interface WireStat {
  type: "file" | "directory" | "symlink" | "fifo" | "socket" | "character device" | "block device";
  size: number;
  mode: number;
  uid: number;
  gid: number;
  ino: number;
  nlink: number;
  /** Milliseconds since the epoch, with fractions. */
  atimeMs: number;
  mtimeMs: number;
  ctimeMs: number;
  birthtimeMs: number;
}
