import type { EntryPoint } from "../../abi/exec_info.ts";
import type { Realm } from "../node22/realm.ts";

/** A program given as text, made ready to run. */
export interface Program {
  /** JavaScript. */
  readonly source: string;
  readonly isModule: boolean;
  /** Absolute; how stack traces call it. It need not exist. */
  readonly filename: string;
  /** A path in the working directory, from which its relative imports and requires resolve. */
  readonly base: string;
  /** What CommonJS gives a module, for the program itself alone. */
  readonly variables: Readonly<Record<Variable, any>>;
}

export type Variable = "exports" | "require" | "module" | "__filename" | "__dirname";
/** In the order of a CommonJS module's parameters. */
const VARIABLES: readonly Variable[] = ["exports", "require", "module", "__filename", "__dirname"];

export function createProgram(realm: Realm, entry: EntryPoint): Program {
  const { process, require, internalBinding } = realm;
  const path = require("path");
  const cwd: string = process.cwd();
  const named = typeof entry.filename === "string" ? path.resolve(cwd, entry.filename) : undefined;
  let source = String(entry.source);
  if (entry.language === "ts") {
    const { stripTypeScriptModuleTypes } = require("internal/modules/typescript");
    source = stripTypeScriptModuleTypes(source, named ?? path.join(cwd, "index.ts"));
  }
  // As `node -e` decides; CommonJS's variables may be declared anew in either.
  const { containsModuleSyntax } = internalBinding("contextify");
  const isModule =
    entry.format === "module" ||
    (entry.format !== "commonjs" && containsModuleSyntax(source, named ?? "[source]", undefined, "no CJS variables"));
  const filename = named ?? path.join(cwd, isModule ? "index.mjs" : "index.cjs");
  const base = path.join(cwd, path.basename(filename));
  process.argv.splice(1, 0, filename);
  return { source, isModule, filename, base, variables: createVariables(realm, filename, base) };
}

function createVariables({ process, require }: Realm, filename: string, base: string): Program["variables"] {
  const { Module } = require("internal/modules/cjs/loader");
  const { makeRequireFunction } = require("internal/modules/helpers");
  const path = require("path");
  const module = new Module(base);
  module.id = ".";
  module.filename = base;
  module.paths = Module._nodeModulePaths(path.dirname(base));
  process.mainModule = module;
  return {
    exports: module.exports,
    require: makeRequireFunction(module),
    module,
    __filename: filename,
    __dirname: path.dirname(filename),
  };
}

/** Compiles a program with those of CommonJS's variables that it does not declare itself at its top level. */
export function compileWithVariables<T>(compile: (free: readonly Variable[]) => T): T {
  for (let free = VARIABLES; ; ) {
    try {
      return compile(free);
    } catch (error) {
      const taken = free.find((name) => isRedeclaration(error, name));
      if (taken === undefined) throw error;
      free = free.filter((name) => name !== taken);
    }
  }
}

function isRedeclaration(error: unknown, name: string): boolean {
  return error instanceof SyntaxError && error.message === `Identifier '${name}' has already been declared`;
}
