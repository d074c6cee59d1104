import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";

/** How a program is to be started; what it needs beyond its own files. */
export interface ProgramOptions {
  readonly args?: readonly string[];
  /** Arguments of the node command itself. */
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; empty by default. */
  readonly stdin?: string;
  /** The real Node's standard streams are pipes, as in a shell, rather than the sockets that spawn() makes. */
  readonly pipes?: boolean;
}

/** A program of the differential suite: one file, or a folder whose `main.*` is started. */
export interface Program {
  /** `<module>/<name>`. */
  readonly name: string;
  /** Below the program's folder. */
  readonly main: string;
  /** By their path below the program's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly options: ProgramOptions;
}

const EXTENSION = /\.(?:[cm]?js|ts)$/;

/** Reads all programs below `root`, a folder of folders named after modules. */
export function readPrograms(root: string): Program[] {
  return readdirSync(root)
    .sort()
    .flatMap((module) =>
      readdirSync(join(root, module))
        .sort()
        .map((entry) => readProgram(root, module, entry)),
    );
}

function readProgram(root: string, module: string, entry: string): Program {
  const path = join(root, module, entry);
  const isFolder = statSync(path).isDirectory();
  const files = new Map<string, Uint8Array>();
  if (isFolder) {
    for (const found of readdirSync(path, { recursive: true, withFileTypes: true })) {
      const file = join(found.parentPath, found.name);
      if (found.isFile()) files.set(relative(path, file), readFileSync(file));
    }
  } else {
    files.set(entry, readFileSync(path));
  }
  const main = isFolder ? [...files.keys()].find((file) => /^main\.(?:[cm]?js|ts)$/.test(file)) : entry;
  if (main === undefined) throw new Error(`${path} has no main file`);
  const name = `${module}/${basename(entry).replace(EXTENSION, "")}`;
  return { name: isFolder ? name : `${module}/${entry}`, main, files, options: readOptions(files.get(main)!) };
}

/** The first line of a program may say how to start it: `// run: {"args": ["a"]}`. */
function readOptions(source: Uint8Array): ProgramOptions {
  const line = /^\/\/ run: (.*)$/m.exec(Buffer.from(source).toString().split("\n", 1)[0]!)?.[1];
  return line === undefined ? {} : JSON.parse(line);
}
