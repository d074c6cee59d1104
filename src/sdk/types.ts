/** Options of NodeRuntime.create(). */
export interface NodeRuntimeOptions {
  /** The guest's environment. Nothing of the host's environment ever reaches a guest. Default: `{}`. */
  env?: Record<string, string>;
  /** Absolute guest path of the working directory, created if need be. Default: `/home/user`. */
  cwd?: string;
  /** File contents by absolute guest path, copied in before the first program runs. Parents are created. */
  files?: Record<string, string | Uint8Array>;
  /** Host directories or files, shown in the guest. Not available yet. */
  mounts?: Mount[];
  /** A host `node_modules`, mounted where programs find it. Not available yet. */
  nodeModules?: string | { hostPath: string; guestPath: string };
  /** Merged over the secure default: network and tools denied, the rest (all of it inside the VM) allowed. */
  permissions?: Permissions;
  /** Host functions that the guest calls as commands. Not available yet. */
  tools?: Record<string, Tool>;
  /** Host functions that the guest calls as async globals. Not available yet. */
  hostFunctions?: Record<string, unknown>;
  /** Ports of the host's loopback that a guest with network permission may reach. Not available yet. */
  loopbackExemptPorts?: number[];
  /** Host directory of WebAssembly commands. Not available yet. */
  commandsDir?: string;
  /** What surface guests see. Only `"node"` is available yet. */
  platform?: "node" | "browser" | "neutral" | "bare";
  /** How guests' imports resolve. Only `"node"` is available yet. */
  moduleResolution?: "node" | "relative" | "none";
  /** The builtin modules that guests may import; all if left out. Not available yet. */
  allowedBuiltins?: string[];
  /** Quotas of the VM and its processes. */
  limits?: Limits;
  /**
   * The second wall round the VM's own process, against guests that break out of V8: `"auto"` builds what the system can,
   * `"require"` rejects where a part of it can't be built, `"off"` builds none. Default: `"auto"`; see `runtime.walls`.
   */
  jail?: "auto" | "require" | "off";
  /** What `process.version` says, without the v. Default: `"22.0.0"`. */
  nodeVersion?: string;
  /** Told of every refused operation. Not available yet. */
  onDenied?: (event: DeniedEvent) => void;
  /**
   * Told how many milliseconds each phase of create() took: `process` (getting a process for the VM), of the first one also
   * `node`, `engine`, `server` and `kernel` (the engine's boot, step by step), `vm`, and `total`.
   */
  onBootTiming?: (phase: string, ms: number) => void;
}

/** Quotas. What is over one fails in the guest as on Linux (EMFILE, EAGAIN, ENOSPC…); over memory or CPU kills. */
export interface Limits {
  /** V8 heap, buffers and WebAssembly memory of one process, in MiB. Default: 256. */
  memoryMb?: number;
  /**
   * All that the VM takes, in MiB: its processes with native memory and compiled code, the kernel, file data. Over it the
   * largest process is killed, then the VM. Default: 1024.
   */
  vmMemoryMb?: number;
  /** CPU time of one process, in milliseconds. Default: none. */
  cpuMs?: number;
  /** Processes of the VM. Default: 256. */
  processes?: number;
  /** Open file descriptors of one process. Default: 1024, which a process may raise to 65,536; Node does when it starts. */
  fds?: number;
  /** File data in the VM, in bytes. Default: 256 MiB. */
  fsBytes?: number;
  /** Files and directories of the VM. Default: 65,536. */
  inodes?: number;
  /** Sockets of the VM. Default: 1,024. */
  sockets?: number;
  /** How much of stdout and of stderr a result holds, in bytes; the rest is dropped. Default: 16 MiB. */
  outputBytes?: number;
}

/** What exec(), run() and spawn() run: source text, or a file of the VM as `node file` runs it. */
export type Program = string | { file: string };

/** Options of exec(), run() and spawn(). */
export interface RunOptions {
  /** Merged over the VM's environment. */
  env?: Record<string, string>;
  /** Absolute guest path. Default: the VM's. */
  cwd?: string;
  /** `process.argv` from its third element on. */
  args?: string[];
  /** `process.argv0`. Default: `"node"`. */
  argv0?: string;
  /** Options of Node itself, such as `--expose-gc`. */
  execArgv?: string[];
  /** What the program reads from stdin, followed by its end. Default: nothing; for spawn(), what writeStdin() sends. */
  stdin?: string | Uint8Array | AsyncIterable<string | Uint8Array>;
  /** Milliseconds after which the program is killed with SIGKILL (exit code 137). Default: none. */
  timeout?: number;
  /** Aborting sends SIGTERM, one second later SIGKILL; the call then rejects with an AbortError. */
  signal?: AbortSignal;
  /** Gets stdout as it comes. If it returns a promise, no more output is taken before that settles. */
  onStdout?: (chunk: Uint8Array) => unknown;
  /** Gets stderr as it comes. If it returns a promise, no more output is taken before that settles. */
  onStderr?: (chunk: Uint8Array) => unknown;
  /** Overrides of the VM's quotas for this program: memoryMb, cpuMs, fds, outputBytes. */
  limits?: Pick<Limits, "memoryMb" | "cpuMs" | "fds" | "outputBytes">;
  /** Of source text. `"ts"`: types are stripped with Node's own stripper. Default: `"js"`. */
  language?: "js" | "ts";
  /**
   * Of source text. Default: `"auto"`, which decides as `node -e` does: an ES module if there is the syntax of one or a
   * top-level await, else CommonJS.
   */
  format?: "auto" | "module" | "commonjs";
  /** What stack traces call source text, absolute or relative to `cwd`. Default: `index.mjs` or `index.cjs`. */
  filename?: string;
  /** Structured-cloned; the program sees it as the global `inputs`. */
  inputs?: unknown;
}

/** What stands round the process of a VM beside V8: see docs/security.md. */
export interface Walls {
  /** No program that it executed could gain rights. */
  readonly noNewPrivs: boolean;
  /** It has no right of the superuser. */
  readonly noCapabilities: boolean;
  /** Only system calls of a list reach the host's kernel. */
  readonly seccomp: boolean;
  /** No file of the host can be opened. */
  readonly landlock: boolean;
  /** No signal reaches other processes, no abstract socket is connected. */
  readonly landlockScopes: boolean;
  /** No core dump, no debugger, a limit of memory. */
  readonly rlimits: boolean;
  /** The version of Landlock; 0: the kernel has none. */
  readonly landlockAbi: number;
  /** What could not be built, in words; empty when all stands that was asked for. */
  readonly failure: string;
}

export interface ExecResult {
  stdout: string;
  stderr: string;
  /** As in a shell: 128 + signal number if a signal ended the program. */
  exitCode: number;
  /** Present if output beyond `limits.outputBytes` was dropped. */
  truncated?: true;
}

export interface RunResult<T> extends ExecResult {
  /**
   * What the program passed to `globalThis.__return`; without that call its `export default`, else `module.exports` if it
   * is set, else undefined.
   */
  value: T;
}

export interface Mount {
  /** Absolute. */
  guestPath: string;
  /** Absolute. */
  hostPath: string;
  /** Default: true. */
  readOnly?: boolean;
}

export type PermissionRule = {
  action: "allow" | "deny";
  operations?: string[];
  /** Globs over guest paths. */
  paths?: string[];
  /** `host`, `*.host`, `host:port`, `cidr`, `tcp://…`, `udp://…`, `dns://…` for network; names for other scopes. */
  patterns?: string[];
};
export type Permission = "allow" | "deny" | { default: "allow" | "deny"; rules?: PermissionRule[] };

/** One entry a scope; a scope left out keeps the secure default. */
export interface Permissions {
  fs?: Permission;
  network?: Permission;
  childProcess?: Permission;
  process?: Permission;
  env?: Permission;
  tool?: Permission;
}

export interface DeniedEvent {
  scope: keyof Permissions;
  operation: string;
  target: string;
  pid: number;
}

/** A host function that the guest calls as a command. */
export interface Tool {
  description: string;
  /** JSON Schema, or a Standard Schema such as zod's. */
  inputSchema?: unknown;
  handler: (input: any, context: { signal: AbortSignal }) => unknown;
  /** Milliseconds. Default: 30,000. */
  timeout?: number;
}

/** Which listener of the guest is meant; what is left out matches any. */
export interface ListenerQuery {
  port?: number;
  host?: string;
  /** Of a Unix socket. */
  path?: string;
}
export interface Listener {
  port?: number;
  host?: string;
  path?: string;
  pid: number;
}

export interface FetchInput {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}
export interface FetchResult {
  status: number;
  statusText: string;
  headers: Record<string, string>;
  /** The body as text. */
  body: string;
  bytes: Uint8Array;
}
