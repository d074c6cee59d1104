/** Validates what users pass to create() and to exec(), run() and spawn(), and fills in the defaults. */
import type { WireLimits, Program as WireProgram } from "../protocol/api.ts";
import { invalidType, invalidValue, notImplemented } from "./errors.ts";
import type { Limits, Mount, NodeRuntimeOptions, Permissions, Program, RunOptions } from "./types.ts";
import * as check from "./validate.ts";
import { DEFAULT_VM_MEMORY_MB } from "./zygote.ts";

const DEFAULT_OUTPUT_BYTES = 16 * 1024 * 1024;

export interface CreateSettings {
  env: Record<string, string>;
  cwd: string;
  files: [path: string, data: Uint8Array][];
  limits: WireLimits;
  outputBytes: number;
  vmMemoryMb: number;
  jail: "auto" | "require" | "off";
  nodeVersion: string;
  onBootTiming: ((phase: string, ms: number) => void) | undefined;
}

export interface RunSettings {
  env: Record<string, string>;
  cwd: string | null;
  args: string[];
  argv0: string;
  execArgv: string[];
  stdin: Uint8Array | AsyncIterable<string | Uint8Array> | undefined;
  timeout: number | null;
  signal: AbortSignal | undefined;
  onStdout: ((chunk: Uint8Array) => unknown) | undefined;
  onStderr: ((chunk: Uint8Array) => unknown) | undefined;
  limits: WireLimits;
  outputBytes: number | undefined;
  language: "js" | "ts";
  format: "auto" | "module" | "commonjs";
  filename: string | null;
  /** Whether there are any; they may be undefined. */
  hasInputs: boolean;
  inputs: unknown;
}

const CREATE_OPTIONS: readonly string[] = [
  ...["env", "cwd", "files", "mounts", "nodeModules", "permissions", "tools", "hostFunctions", "loopbackExemptPorts"],
  ...["commandsDir", "platform", "moduleResolution", "allowedBuiltins", "limits", "jail", "nodeVersion"],
  ...["onDenied", "onBootTiming"],
];

/** @throws TypeError, RangeError naming the option; Error (ERR_NOT_IMPLEMENTED) for what is not there yet. */
export function createSettings(options: NodeRuntimeOptions | undefined): CreateSettings {
  const o = check.optionsObject("options", options, CREATE_OPTIONS);
  const {
    outputBytes = DEFAULT_OUTPUT_BYTES,
    vmMemoryMb = DEFAULT_VM_MEMORY_MB,
    ...limits
  } = checkLimits(o.limits ?? {}, LIMIT_RANGES);
  const settings: CreateSettings = {
    env: check.environment("env", o.env ?? {}),
    cwd: check.absolutePath("cwd", o.cwd ?? "/home/user"),
    files: checkFiles(o.files ?? {}),
    limits,
    outputBytes,
    vmMemoryMb,
    jail: check.oneOf("jail", o.jail ?? "auto", ["auto", "require", "off"]),
    nodeVersion: checkVersion(o.nodeVersion ?? "22.0.0"),
    onBootTiming: check.fn("onBootTiming", o.onBootTiming),
  };
  check.argumentSize('the option "env"', settings.env);
  checkUnavailable(o);
  return settings;
}

export const RUN_OPTIONS: readonly string[] = [
  ...["env", "cwd", "args", "argv0", "stdin", "timeout", "signal", "onStdout", "onStderr", "limits", "language"],
  ...["format", "filename", "execArgv", "inputs"],
];

/** @throws TypeError, RangeError naming the option. */
export function runSettings(options: RunOptions | undefined): RunSettings {
  const o = check.optionsObject("options", options, RUN_OPTIONS);
  const { outputBytes, ...limits } = checkLimits(o.limits ?? {}, RUN_LIMIT_RANGES);
  const settings: RunSettings = {
    env: check.environment("env", o.env ?? {}),
    cwd: o.cwd === undefined ? null : check.absolutePath("cwd", o.cwd),
    args: check.strings("args", o.args ?? []),
    argv0: check.nonEmptyString("argv0", o.argv0 ?? "node"),
    execArgv: check.strings("execArgv", o.execArgv ?? []),
    stdin: checkStdin(o.stdin),
    timeout: o.timeout === undefined ? null : check.positiveNumber("timeout", o.timeout),
    signal: checkSignal(o.signal),
    onStdout: check.fn("onStdout", o.onStdout),
    onStderr: check.fn("onStderr", o.onStderr),
    limits,
    outputBytes,
    language: check.oneOf("language", o.language ?? "js", ["js", "ts"]),
    format: check.oneOf("format", o.format ?? "auto", ["auto", "module", "commonjs"]),
    filename: o.filename === undefined ? null : check.nonEmptyString("filename", o.filename),
    hasInputs: "inputs" in o,
    inputs: o.inputs,
  };
  check.argumentSize('the options "args", "execArgv" and "env"', settings.env, [
    ...settings.args,
    ...settings.execArgv,
  ]);
  return settings;
}

/** @throws TypeError naming what is wrong with it. */
export function wireProgram(program: Program, { language, format, filename }: RunSettings): WireProgram {
  if (typeof program !== "object") {
    return { kind: "source", source: check.source("program", program), language, format, filename };
  }
  const { file } = check.optionsObject("program", program, ["file"]);
  return { kind: "file", path: check.absolutePath("program.file", file) };
}

type Range = readonly [min: number, max?: number];

const MAX_COUNT = 1_000_000;
const RUN_LIMIT_RANGES: Record<string, Range> = {
  memoryMb: [16, 65_536],
  cpuMs: [1],
  fds: [3, MAX_COUNT],
  outputBytes: [0],
};
const LIMIT_RANGES: Record<string, Range> = {
  ...RUN_LIMIT_RANGES,
  vmMemoryMb: [64, 1_048_576],
  processes: [1, MAX_COUNT],
  fsBytes: [0],
  inodes: [1],
  sockets: [0, MAX_COUNT],
};

/** What is left out or undefined keeps its default; cpuMs may be Infinity, which is its default. */
function checkLimits(limits: Limits, ranges: Record<string, Range>): Limits {
  const checked: Record<string, number> = {};
  for (const [key, value] of Object.entries(check.optionsObject("limits", limits, Object.keys(ranges)))) {
    if (value === undefined || (key === "cpuMs" && value === Infinity)) continue;
    checked[key] = check.integer(`limits.${key}`, value, ...ranges[key]!);
  }
  return checked;
}

function checkFiles(files: Record<string, unknown>): [string, Uint8Array][] {
  return Object.entries(check.plainObject("files", files)).map(([path, data]) => {
    check.absolutePath("files", path);
    return [path, check.bytesOrString(`files[${JSON.stringify(path)}]`, data)];
  });
}

function checkVersion(version: unknown): string {
  if (!/^\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(check.string("nodeVersion", version))) {
    throw invalidValue("nodeVersion", 'must be a version such as "22.0.0"', version);
  }
  return version as string;
}

function checkStdin(stdin: unknown): RunSettings["stdin"] {
  if (stdin === undefined) return undefined;
  if (typeof stdin === "string" || stdin instanceof Uint8Array) return check.bytesOrString("stdin", stdin);
  if (typeof (stdin as any)?.[Symbol.asyncIterator] === "function") return stdin as AsyncIterable<string | Uint8Array>;
  throw invalidType("stdin", "a string, a Uint8Array or an AsyncIterable of them", stdin);
}

function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw invalidType("signal", "an AbortSignal", signal);
}

const SCOPES = ["fs", "network", "childProcess", "process", "env", "tool"] as const;
const DENIED_BY_DEFAULT: readonly string[] = ["network", "tool"];

/** Checks the form of the options whose world is yet to come, and rejects those that would change anything. */
function checkUnavailable(o: NodeRuntimeOptions): void {
  if (
    o.platform !== undefined &&
    check.oneOf("platform", o.platform, ["node", "browser", "neutral", "bare"]) !== "node"
  ) {
    throw notImplemented(`platform "${o.platform}"`);
  }
  const resolution = o.moduleResolution ?? "node";
  if (check.oneOf("moduleResolution", resolution, ["node", "relative", "none"]) !== "node") {
    throw notImplemented(`moduleResolution "${resolution}"`);
  }
  if (o.mounts !== undefined) checkMounts(o.mounts);
  if (o.nodeModules !== undefined) checkNodeModules(o.nodeModules);
  if (o.permissions !== undefined) checkPermissions(o.permissions);
  for (const name of ["tools", "hostFunctions"] as const) {
    if (Object.keys(check.plainObject(name, o[name] ?? {})).length > 0) throw notImplemented(`The option "${name}"`);
  }
  if (o.loopbackExemptPorts !== undefined) checkPorts(o.loopbackExemptPorts);
  if (o.commandsDir !== undefined) {
    check.absolutePath("commandsDir", o.commandsDir);
    throw notImplemented('The option "commandsDir"');
  }
  if (o.allowedBuiltins !== undefined) {
    check.strings("allowedBuiltins", o.allowedBuiltins);
    throw notImplemented('The option "allowedBuiltins"');
  }
  if (check.fn("onDenied", o.onDenied)) throw notImplemented('The option "onDenied"');
}

function checkMounts(mounts: unknown): void {
  if (!Array.isArray(mounts)) throw invalidType("mounts", "an array", mounts);
  const list: Mount[] = [...mounts];
  for (const [i, item] of list.entries()) {
    const name = `mounts[${i}]`;
    check.plainObject(name, item);
    const mount = check.optionsObject(name, item, ["guestPath", "hostPath", "readOnly"]);
    check.absolutePath(`${name}.guestPath`, mount.guestPath);
    check.absolutePath(`${name}.hostPath`, mount.hostPath);
    if (mount.readOnly !== undefined) check.boolean(`${name}.readOnly`, mount.readOnly);
  }
  if (list.length > 0) throw notImplemented('The option "mounts"');
}

function checkNodeModules(nodeModules: unknown): void {
  if (typeof nodeModules === "string") check.absolutePath("nodeModules", nodeModules);
  else {
    const { hostPath, guestPath } = check.plainObject("nodeModules", nodeModules);
    check.absolutePath("nodeModules.hostPath", hostPath);
    check.absolutePath("nodeModules.guestPath", guestPath);
  }
  throw notImplemented('The option "nodeModules"');
}

function checkPermissions(permissions: Permissions): void {
  for (const [scope, value] of Object.entries(check.optionsObject("permissions", permissions, SCOPES))) {
    if (value === undefined) continue;
    const name = `permissions.${scope}`;
    let action: string;
    if (typeof value === "object") {
      const { default: otherwise, rules } = check.optionsObject(name, value, ["default", "rules"]);
      action = check.oneOf(`${name}.default`, otherwise, ["allow", "deny"]);
      if (rules !== undefined && !Array.isArray(rules)) throw invalidType(`${name}.rules`, "an array", rules);
      if (rules && rules.length > 0) throw notImplemented(`The option "${name}.rules"`);
    } else {
      action = check.oneOf(name, value, ["allow", "deny"]);
    }
    const standard = DENIED_BY_DEFAULT.includes(scope) ? "deny" : "allow";
    if (action !== standard) throw notImplemented(`The option "${name}" as "${action}"`);
  }
}

function checkPorts(ports: unknown): void {
  if (!Array.isArray(ports)) throw invalidType("loopbackExemptPorts", "an array", ports);
  for (const [i, port] of ports.entries()) check.integer(`loopbackExemptPorts[${i}]`, port, 1, 65_535);
  if (ports.length > 0) throw notImplemented('The option "loopbackExemptPorts"');
}
