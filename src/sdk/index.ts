/** Secure Exec: runs untrusted JavaScript with all of Node.js on a virtual operating system. */
export type { FileStat } from "./file_stat.ts";
export { NodeRuntime } from "./node_runtime.ts";
export type { NodeRuntimeProcess } from "./node_runtime_process.ts";
export { evaluate, execute, type OneShotOptions } from "./one_shot.ts";
export type {
  DeniedEvent,
  ExecResult,
  FetchInput,
  FetchResult,
  Limits,
  Listener,
  ListenerQuery,
  Mount,
  NodeRuntimeOptions,
  Permission,
  PermissionRule,
  Permissions,
  Program,
  RunOptions,
  RunResult,
  Tool,
  Walls,
} from "./types.ts";
