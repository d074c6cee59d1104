import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** One test file of Node's suite. */
export interface TestFile {
  /** Path below the suite's folder, e.g. `parallel/test-fs-access.js`; also its key in every JSON. */
  readonly name: string;
  readonly hostPath: string;
  readonly source: string;
  /** What the `// Flags:` line asks of the node command. */
  readonly flags: readonly string[];
}

/** Which files of the suite to take. */
export interface Selection {
  readonly suite: string;
  readonly folders: readonly string[];
  readonly only: RegExp | undefined;
  readonly shard: { readonly index: number; readonly count: number };
}

/**
 * Lists the selected test files in a stable order. A shard takes every n-th file, so that shards are equally heavy.
 */
export function listTests({ suite, folders, only, shard }: Selection): TestFile[] {
  const names = folders.flatMap((folder) =>
    readdirSync(join(suite, folder))
      .filter((file) => /^test-.*\.m?js$/.test(file))
      .sort()
      .map((file) => `${folder}/${file}`),
  );
  return names
    .filter((name) => only === undefined || only.test(name))
    .filter((_, position) => position % shard.count === shard.index - 1)
    .map((name) => readTest(suite, name));
}

function readTest(suite: string, name: string): TestFile {
  const hostPath = join(suite, name);
  const source = readFileSync(hostPath, "utf8");
  const flags = /^\/\/ Flags:\s*(.*)$/m.exec(source)?.[1]?.split(/\s+/).filter(Boolean) ?? [];
  return { name, hostPath, source, flags };
}

/** The module a file tests: the first word after `test-`. */
export function moduleOf(name: string): string {
  return /^test-([a-z0-9]+)/i.exec(basename(name))?.[1]?.toLowerCase() ?? "other";
}

/** Turns `--only`'s argument into a pattern: a regular expression between slashes, else a glob over the file's name. */
export function compileFilter(filter: string): RegExp {
  const expression = /^\/(.*)\/$/.exec(filter)?.[1];
  if (expression !== undefined) return new RegExp(expression);
  const glob = filter
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`(?:^|/)${glob}(?:\\.m?js)?$`);
}
