/** internalBinding('modules'): package.json files, read once each, for both module loaders. */
import { decodeUtf8 } from "../base/encoding.ts";
import { library } from "../base/library.ts";
import { engine } from "../base/native.ts";
import { pathOfUrl } from "../base/paths.ts";
import { seed } from "../base/seed.ts";
import { readFile } from "../base/whole_file.ts";

/** [name, main, type, imports, exports, path] */
type PackageConfig = [string?, string?, string?, string?, string?, string?];

const cache = new Map<string, PackageConfig | undefined>();
const DISABLED = 3;
const { apply } = Reflect;

interface Importer {
  base?: string;
  specifier?: string;
}

/** A package.json that is none; thrown only within this module. */
class InvalidConfig {
  readonly message: string;
  constructor(path: string, importer: Importer | undefined) {
    this.message = invalidConfigMessage(path, importer);
  }
}

/** `operation` as the binding offers it: its errors have the caller's stack. */
function reading(name: string, operation: (...args: any[]) => unknown): (...args: any[]) => unknown {
  const raising = (...args: unknown[]) => {
    try {
      return apply(operation, undefined, args);
    } catch (error) {
      if (!(error instanceof InvalidConfig)) throw error;
      return engine.failWith("Error", error.message, { code: "ERR_INVALID_PACKAGE_CONFIG" });
    }
  };
  return engine.wrap(raising, name);
}

/** A field that may be an object, which the library parses when it is asked for, or a string. */
function plainField(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : undefined;
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function read(path: string, context?: Importer): PackageConfig | undefined {
  if (cache.has(path)) return cache.get(path);
  const bytes = readFile(path);
  if (!(bytes instanceof Uint8Array)) return undefined;
  let data: Record<string, unknown>;
  try {
    data = JSON.parse(decodeUtf8(bytes).replace(/^\ufeff/, ""));
  } catch {
    throw new InvalidConfig(path, context);
  }
  if (typeof data !== "object" || data === null || Array.isArray(data)) throw new InvalidConfig(path, context);
  // Without a prototype, on which programs may have put anything.
  data = { __proto__: null, ...data };
  const { name, type } = data;
  for (const field of [name, type])
    if (field !== undefined && typeof field !== "string") throw new InvalidConfig(path, context);
  const config: PackageConfig = [
    textOf(name),
    textOf(data.main),
    type === "module" || type === "commonjs" ? type : "none",
    plainField(data.imports),
    plainField(data.exports),
    path,
  ];
  cache.set(path, config);
  return config;
}

function invalidConfigMessage(path: string, context: Importer | undefined): string {
  const { base, specifier } = context ?? {};
  let detail = "";
  if (base !== undefined) {
    const where = base.startsWith("file:") ? pathOfUrl(base) : base;
    detail = specifier === undefined ? ` while importing ${where}` : ` while importing "${specifier}" from ${where}`;
  }
  return `Invalid package config ${path}${detail}.`;
}

const parent = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** The scope's package.json, or the path of the last one looked for. */
function scopeOf(resolved: string): PackageConfig | string {
  let directory = parent(pathOfUrl(resolved));
  for (;;) {
    const path = `${directory}/package.json`;
    if (directory.endsWith("/node_modules")) return path;
    const config = read(path);
    if (config !== undefined) return config;
    if (directory === "") return path;
    directory = parent(directory);
  }
}

export function createModules(): object {
  const nearest = (file: string): PackageConfig | undefined => {
    const scope = scopeOf(file);
    return typeof scope === "string" ? undefined : scope;
  };
  const readers: Record<string, (...args: any[]) => unknown> = {
    readPackageJSON: (path: string, _isESM?: boolean, base?: string, specifier?: string) =>
      read(path, { base, specifier }),
    getNearestParentPackageJSON: nearest,
    getNearestParentPackageJSONType: (path: string) => nearest(path)?.[2] ?? "none",
    getPackageScopeConfig: scopeOf,
    getPackageType: (url: string) => {
      const type = nearest(url)?.[2];
      return type === "none" ? undefined : type;
    },
  };
  return {
    ...Object.fromEntries(Object.entries(readers).map(([name, operation]) => [name, reading(name, operation)])),
    enableCompileCache: () => [DISABLED],
    getCompileCacheDir: () => undefined,
    flushCompileCache: () => {},
    /** Gives `import.meta` of a file its dirname and filename. */
    setLazyPathHelpers: (meta: Record<string, unknown>, url: string) => {
      const filename: string = library("internal/url").fileURLToPath(url);
      meta.dirname = library("path").dirname(filename);
      meta.filename = filename;
    },
    ...seed.bindingConstants.modules,
  };
}
