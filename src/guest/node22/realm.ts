/**
 * Boots Node's realm from Node's own sources, in the order of Node's C++ (Realm::RunBootstrapping): per-context
 * scripts, the loader of built-in modules, then bootstrap/node and what belongs to a main thread.
 */

import { engine } from "../base/native.ts";
import { createProcessObject } from "../process.ts";
import { createBinding } from "./bindings.ts";

export interface Realm {
  process: any;
  require: (id: string) => any;
  internalBinding: (name: string) => any;
  primordials: any;
}

/**
 * Modules that nearly every program uses: loaded into the snapshot, so that starting a process does not load them. Each
 * costs every process its memory; others load from their code cache in a millisecond or two.
 */
const WARM_MODULES = [
  "fs",
  "path",
  "events",
  "stream",
  "buffer",
  "util",
  "url",
  "net",
  "internal/process/execution",
  "internal/modules/esm/loader",
  "internal/modules/esm/translators",
  "internal/modules/esm/resolve",
  "internal/modules/esm/load",
  "internal/modules/esm/get_format",
  "internal/modules/esm/module_job",
  "internal/modules/esm/module_map",
];

export function bootRealm(): Realm {
  // Node's own snapshot ends with the bootstrap scripts: what they load is compiled as there.
  engine.setEagerBuiltins(true);
  const bindings = new Map<string, any>();
  const getInternalBinding = (name: string): any => {
    let target = bindings.get(name);
    if (target === undefined) {
      target = createBinding(name);
      if (target === undefined) {
        const error = new Error(`No such binding: ${name}`) as Error & { code: string };
        error.code = "ERR_INVALID_MODULE";
        throw error;
      }
      bindings.set(name, target);
    }
    return target;
  };
  const { privateSymbols } = getInternalBinding("util");
  const perIsolateSymbols = getInternalBinding("symbols");
  const process = createProcessObject(privateSymbols.exit_info_private_symbol);

  const primordials: any = {};
  const perContextExports: any = {};
  for (const id of ["primordials", "domexception", "messageport"]) {
    const script = engine.compileBuiltin(`internal/per_context/${id}`);
    script(perContextExports, primordials, privateSymbols, perIsolateSymbols);
  }
  engine.setSlot("primordials", primordials);
  engine.setSlot("domexception", perContextExports);
  engine.setSlot("emitMessage", perContextExports.emitMessage);

  const getLinkedBinding = (name: string): never => {
    const error = new Error(`No such binding was linked: ${name}`) as Error & { code: string };
    error.code = "ERR_INVALID_MODULE";
    throw error;
  };
  let internalBinding = getInternalBinding;
  let require: (id: string) => any = () => undefined;
  const builtins = getInternalBinding("builtins");
  const { setInternalLoaders } = builtins;
  builtins.setInternalLoaders = (binding: typeof internalBinding, loader: typeof require) => {
    internalBinding = binding;
    require = loader;
    setInternalLoaders(binding, loader);
  };
  engine.compileBuiltin("internal/bootstrap/realm")(process, getLinkedBinding, getInternalBinding, primordials);
  builtins.setInternalLoaders = setInternalLoaders;

  const realm: Realm = { process, require, internalBinding, primordials };
  for (const id of [
    "internal/bootstrap/node",
    "internal/bootstrap/web/exposed-wildcard",
    "internal/bootstrap/web/exposed-window-or-worker",
    "internal/bootstrap/switches/is_main_thread",
    "internal/bootstrap/switches/does_own_process_state",
  ])
    runScript(realm, id);
  withWebAssembly(() => {
    engine.setEagerBuiltins(false);
    for (const id of WARM_MODULES) require(id);
  });
  return realm;
}

/** An image can hold no WebAssembly: what the library's modules take for it while one is made looks it up when used. */
function withWebAssembly(load: () => void): void {
  const global = globalThis as any;
  const hadNone = !("WebAssembly" in global);
  if (hadNone) global.WebAssembly = new Proxy({}, { get: (_target, name) => global.WebAssembly[name] });
  load();
  if (hadNone) delete global.WebAssembly;
}

/** Runs a script of Node's that takes (process, require, internalBinding, primordials). */
export function runScript({ process, require, internalBinding, primordials }: Realm, id: string): unknown {
  return engine.compileBuiltin(id)(process, require, internalBinding, primordials);
}
