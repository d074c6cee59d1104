import type { Realm } from "../node22/realm.ts";
import { compileWithVariables, type Program } from "./program.ts";
import { setDefaultResult } from "./result.ts";

/** Runs a program as Node runs a CommonJS file. */
export function runAsCommonJs({ require }: Realm, program: Program): void {
  const { getOptionValue } = require("internal/options");
  const run = () => execute(require, program);
  // Modules that the command line asks for come first; loading them is asynchronous.
  if (getOptionValue("--import").length > 0 || getOptionValue("--experimental-loader").length > 0)
    require("internal/modules/run_main").runEntryPointWithESMLoader(run);
  else run();
}

function execute(require: Realm["require"], { source, filename, base, variables }: Program): void {
  const { internalCompileFunction } = require("internal/vm");
  const { pathToFileURL } = require("internal/url");
  const baseUrl: string = pathToFileURL(base).href;
  const importModuleDynamically = async (specifier: string, _function: unknown, attributes: object) => {
    const { getOrInitializeCascadedLoader } = require("internal/modules/esm/loader");
    return getOrInitializeCascadedLoader().import(specifier, baseUrl, attributes);
  };
  const { compiled, free } = compileWithVariables((free) => ({
    free,
    compiled: internalCompileFunction(
      source,
      filename,
      0,
      0,
      undefined,
      false,
      undefined,
      [],
      free,
      Symbol(filename),
      importModuleDynamically,
    ),
  }));
  const { module, exports } = variables;
  const { function: main, sourceMapURL } = compiled;
  if (sourceMapURL) {
    const { maybeCacheSourceMap } = require("internal/source_map/source_map_cache");
    maybeCacheSourceMap(filename, source, module, false, undefined, sourceMapURL);
  }
  setDefaultResult(() => moduleExports(module, exports));
  Reflect.apply(
    main,
    exports,
    free.map((name) => variables[name]),
  );
  module.loaded = true;
}

/** What a program set `module.exports` to, or put into it; undefined if it did neither. */
export function moduleExports(module: { exports: unknown }, initial: object): unknown {
  return module.exports !== initial || Reflect.ownKeys(initial).length > 0 ? module.exports : undefined;
}
