/** The `process` object, as Node's C++ makes it (CreateProcessObject, PatchProcessObject). */
import type { ExecInfo } from "../abi/exec_info.ts";
import { adoptLocale, setTimeZone } from "./base/locale.ts";
import { engine } from "./base/native.ts";
import { seed } from "./base/seed.ts";
import { getOptionValue } from "./bindings/options.ts";

/** The bare object that Node's bootstrap scripts build on; goes into the snapshot. */
export function createProcessObject(exitInfoSymbol: symbol): any {
  // The class's name is what inspect() prints.
  const constructors = { process: function process() {} };
  const object = Object.create(constructors.process.prototype);
  Object.defineProperty(constructors.process.prototype, "constructor", {
    value: constructors.process,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  object[exitInfoSymbol] = new Int32Array(3);
  // Replaced when a process starts: the host chooses which Node it claims to be.
  readOnly(object, "version", `v${seed.versions.node}`);
  readOnly(object, "versions", readOnlyCopy(seed.versions));
  readOnly(object, "arch", seed.arch);
  readOnly(object, "platform", "linux");
  readOnly(object, "release", readOnlyCopy(seed.release));
  object._rawDebug = undefined;
  engine.setSlot("process", object);
  return object;
}

/** As V8's ReadOnly attribute: not writable, but configurable. */
function readOnly(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: false, enumerable: true, configurable: true });
}

function readOnlyCopy(values: Record<string, unknown>): object {
  const copy = {};
  for (const [name, value] of Object.entries(values)) readOnly(copy, name, value);
  return copy;
}

let started: ExecInfo;

/** What this process was started with. */
export const startedAs = (): ExecInfo => started;

/** What a process knows of itself once it runs. */
export function adoptExecInfo(process: any, info: ExecInfo): void {
  started = info;
  readOnly(process, "version", `v${info.nodeVersion}`);
  readOnly(process, "versions", readOnlyCopy({ ...seed.versions, node: info.nodeVersion }));
  process.env = engine.binding("process_env").create(
    info.env.map(([name]) => name),
    info.env.map(([, value]) => value),
    warnOfConversion,
    setTimeZone,
  );
  adoptLocale(info.env);
}

/** DEP0104, once, with --pending-deprecation. */
function warnOfConversion(): void {
  if (warnedOfConversion || !getOptionValue("--pending-deprecation")) return;
  warnedOfConversion = true;
  (globalThis as any).process.emitWarning(
    "Assigning any value other than a string, number, or boolean to a process.env property is deprecated. Please make " +
      "sure to convert the value to a string before setting process.env with it.",
    "DeprecationWarning",
    "DEP0104",
  );
}
let warnedOfConversion = false;

/** process_methods.patchProcessObject: called by Node's prepareMainThreadExecution. */
export function patchProcessObject(process: any): void {
  let title = String(getOptionValue("--title") || started.argv[0] || "node");
  Object.defineProperty(process, "title", {
    get: () => title,
    set: (value) => {
      title = String(value);
    },
    enumerable: true,
    configurable: true,
  });
  process.argv = [...started.argv];
  process.execArgv = [...started.execArgv];
  readOnly(process, "pid", started.pid);
  process.ppid = started.ppid;
  process.execPath = started.execPath;
  let debugPort = 9229;
  Object.defineProperty(process, "debugPort", {
    get: () => debugPort,
    set: (value) => {
      const port = Number(value) | 0;
      if (port !== 0 && (port < 1024 || port > 65535))
        throw new RangeError("process.debugPort must be 0 or in range 1024 to 65535");
      debugPort = port;
    },
    enumerable: true,
    configurable: true,
  });
}
