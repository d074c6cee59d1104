import type { Realm } from "../node22/realm.ts";
import { moduleExports } from "./commonjs_program.ts";
import { compileWithVariables, type Program, type Variable } from "./program.ts";
import { setDefaultResult } from "./result.ts";

/** Runs a program as Node runs an ES module that is its entry point. */
export function runAsModule(realm: Realm, program: Program): void {
  const { require } = realm;
  const { pathToFileURL } = require("internal/url");
  const { runEntryPointWithESMLoader } = require("internal/modules/run_main");
  const baseUrl: string = pathToFileURL(program.base).href;
  runEntryPointWithESMLoader(async (loader: any) => {
    const wrap = compile(realm, program, loader, baseUrl);
    const { ModuleJob } = require("internal/modules/esm/module_job");
    // In no cache: a file of the same name is another module.
    const job = new ModuleJob(loader, baseUrl, undefined, wrap, false, false);
    const { module: own, exports } = program.variables;
    setDefaultResult(() => moduleExports(own, exports));
    const { module } = await job.run(true);
    const namespace = module.getNamespace();
    if ("default" in namespace) setDefaultResult(() => namespace.default);
    return { __proto__: null, namespace, module };
  });
}

function compile({ require, internalBinding }: Realm, program: Program, loader: any, baseUrl: string): unknown {
  const { pathToFileURL } = require("internal/url");
  const { ModuleWrap } = internalBinding("module_wrap");
  const { registerModule } = require("internal/modules/esm/utils");
  const { source, filename, variables } = program;
  const url: string = pathToFileURL(filename).href;
  const wrap = compileWithVariables(
    (free) => new ModuleWrap(url, undefined, declaring(free, source), LINE_OFFSET, 0, undefined),
  );
  wrap.isMain = true;
  registerModule(wrap, {
    __proto__: null,
    initializeImportMeta(meta: any) {
      loader.importMetaInitialize(meta, { url, isMain: true });
      if (url !== baseUrl) {
        const ofBase: { resolve?: unknown } = {};
        loader.importMetaInitialize(ofBase, { url: baseUrl });
        meta.resolve = ofBase.resolve;
      }
      meta[HANDOVER] = variables;
      return meta;
    },
    importModuleDynamically: (specifier: string, _wrap: unknown, attributes: object) =>
      loader.import(specifier, baseUrl, attributes),
  });
  if (wrap.sourceMapURL) {
    const { maybeCacheSourceMap } = require("internal/source_map/source_map_cache");
    maybeCacheSourceMap(url, source, wrap, false, wrap.sourceURL, wrap.sourceMapURL);
  }
  return wrap;
}

/** The property of import.meta in which a module finds its variables, and which is gone before its first line runs. */
const HANDOVER = "variables";
/** The program's own text starts on the second line. */
const LINE_OFFSET = -1;

/** An ES module has no scope around it: a line above its first declares the variables in its own. */
function declaring(free: readonly Variable[], source: string): string {
  // Only the first line of a text may be a hashbang.
  const rest = source.startsWith("#!") ? `//${source.slice(2)}` : source;
  return `var {${free.join()}} = import.meta.${HANDOVER}; delete import.meta.${HANDOVER};\n${rest}`;
}
