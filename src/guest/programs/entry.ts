/** Programs that come from the host rather than from a file: what exec, run and spawn of the SDK send. */
import type { EntryPoint } from "../../abi/exec_info.ts";
import { SYS } from "../../abi/syscalls.ts";
import { syscall } from "../native.ts";
import type { Realm } from "../realm.ts";

/** How the program's file is called in stack traces and `import.meta.url`; it need not exist. */
const ENTRY_NAME = "index.mjs";

/**
 * Runs an ES module given as source, `entry.kind === "module"`. It also sees CommonJS's variables, as globals; relative
 * imports and requires resolve from the working directory.
 */
export function runEntry(realm: Realm, entry: EntryPoint): void {
  const { process, require, internalBinding } = realm;
  const { prepareMainThreadExecution, markBootstrapComplete } = require("internal/process/pre_execution");
  prepareMainThreadExecution(false);
  markBootstrapComplete();
  const values = internalBinding("secure_exec_values");
  installReturn(values.serialize);
  if (entry.inputs !== undefined && entry.inputs !== null) installInputs(values.deserialize);

  const path = require("path");
  const { pathToFileURL } = require("internal/url");
  const filename: string = path.join(process.cwd(), ENTRY_NAME);
  process.argv.splice(1, 0, filename);
  installCommonJsVariables(realm, filename);

  let source = String(entry.source);
  if (entry.language === "ts")
    source = require("internal/modules/typescript").stripTypeScriptModuleTypes(source, filename);
  const { runEntryPointWithESMLoader } = require("internal/modules/run_main");
  const url = pathToFileURL(filename).href;
  runEntryPointWithESMLoader((loader: any) => loader.eval(source, url, true));
}

function installCommonJsVariables({ require }: Realm, filename: string): void {
  const { Module } = require("internal/modules/cjs/loader");
  const path = require("path");
  const module = new Module(filename);
  module.filename = filename;
  module.paths = Module._nodeModulePaths(path.dirname(filename));
  const { makeRequireFunction } = require("internal/modules/helpers");
  define("module", module);
  define("exports", module.exports);
  define("require", makeRequireFunction(module));
  define("__filename", filename);
  define("__dirname", path.dirname(filename));
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
}

/** `globalThis.__return(value)`: hands a structured clone to the host; the first call wins. */
function installReturn(serialize: (value: unknown) => Uint8Array): void {
  let returned = false;
  define("__return", function __return(value: unknown) {
    if (returned) return;
    const bytes = serialize(value);
    returned = true;
    const result = syscall(SYS.return_value, bytes);
    if (result < 0) throw new Error(`the result could not be handed over: errno ${-result}`);
  });
}

function installInputs(deserialize: (bytes: Uint8Array) => unknown): void {
  const bytes = syscall(SYS.inputs);
  define("inputs", bytes === null ? undefined : deserialize(bytes));
}
