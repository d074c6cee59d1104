/** Programs that come from the host as text rather than from a file: what exec, run and spawn of the SDK send. */
import type { EntryPoint } from "../../abi/exec_info.ts";
import { SYS } from "../../abi/syscalls.ts";
import { syscall } from "../base/native.ts";
import type { Realm } from "../node22/realm.ts";
import { runAsCommonJs } from "./commonjs_program.ts";
import { runAsModule } from "./module_program.ts";
import { createProgram } from "./program.ts";
import { defineGlobal, installReturn } from "./result.ts";

/**
 * Runs source text, `entry.kind === "source"`, as an ES module or as CommonJS. Relative imports and requires resolve from
 * the working directory.
 */
export function runEntry(realm: Realm, entry: EntryPoint): void {
  const { require, internalBinding } = realm;
  const { prepareMainThreadExecution, markBootstrapComplete } = require("internal/process/pre_execution");
  prepareMainThreadExecution(false);
  markBootstrapComplete();
  const values = internalBinding("secure_exec_values");
  installReturn(values.serialize, entry.value === true);
  if (entry.inputs !== undefined && entry.inputs !== null) installInputs(values.deserialize);

  const program = createProgram(realm, entry);
  // Programs see no trace of the regular expressions that ran before them (RegExp.$1).
  /^/.exec("");
  if (program.isModule) runAsModule(realm, program);
  else runAsCommonJs(realm, program);
}

function installInputs(deserialize: (bytes: Uint8Array) => unknown): void {
  const bytes = syscall(SYS.inputs);
  defineGlobal("inputs", bytes === null ? undefined : deserialize(bytes));
}
