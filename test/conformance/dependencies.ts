import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { TestFile } from "./suite.ts";

/** Folders of fixtures too large to be taken whole because a string happens to have their name. */
const LARGE = new Set(["wpt", "test426"]);

/** Files above this size, in bytes, are not searched for further dependencies. */
const SEARCH_LIMIT = 200_000;

/**
 * Finds the files that a test reads, so that a guest gets some hundred kilobytes instead of the whole suite: all of
 * `common`, the files the source names relative to itself, and the fixtures whose names appear as strings in it.
 * Taking too many is harmless.
 */
export class Dependencies {
  readonly #suite: string;
  readonly #fixtures: string;
  readonly #fixtureNames: ReadonlySet<string>;
  readonly #common: readonly string[];
  readonly #bytes = new Map<string, Uint8Array>();
  readonly #folders = new Map<string, string[]>();

  constructor(suite: string) {
    this.#suite = suite;
    this.#fixtures = join(suite, "fixtures");
    this.#fixtureNames = new Set(existsSync(this.#fixtures) ? readdirSync(this.#fixtures) : []);
    this.#common = this.#walk(join(suite, "common"));
  }

  /** The files for one test, keyed by their path below the suite's folder. */
  of(test: TestFile): Map<string, Uint8Array> {
    const found = new Set<string>([test.hostPath, ...this.#common]);
    this.#follow(test.hostPath, `${test.flags.join("\n")}\n${test.source}`, found, test.source.includes("fixtures"));
    return new Map([...found].map((path) => [relative(this.#suite, path), this.#read(path)]));
  }

  #follow(path: string, source: string, found: Set<string>, namesFixtures: boolean): void {
    for (const target of this.#mentioned(path, source, namesFixtures)) {
      if (found.has(target)) continue;
      found.add(target);
      const bytes = this.#read(target);
      if (/\.[cm]?[jt]s$/.test(target) && bytes.length < SEARCH_LIMIT) {
        const inFixtures = target.startsWith(this.#fixtures + sep);
        this.#follow(target, Buffer.from(bytes).toString(), found, inFixtures && dirname(target) === this.#fixtures);
      }
    }
  }

  *#mentioned(path: string, source: string, namesFixtures: boolean): Generator<string> {
    // Quote by quote, so that an apostrophe in a comment hides no string of the other kinds.
    const strings = [/'([^'\n]*)'/g, /"([^"\n]*)"/g, /`([^`$\n]*)/g].flatMap((literal) =>
      [...source.matchAll(literal)].map((match) => match[1]!),
    );
    for (const [position, text] of strings.entries()) {
      if (/^\.{1,2}\//.test(text)) yield* this.#resolve(join(dirname(path), text));
      if (namesFixtures) yield* this.#fixture(text, strings.slice(position + 1, position + 5));
    }
    for (const [, text] of source.matchAll(/\btest\/fixtures\/([\w./-]+)/g)) yield* this.#fixture(text!, []);
    if (namesFixtures && source.includes("readKey")) yield* this.#resolve(join(this.#fixtures, "keys"));
    if (namesFixtures && /fixtures\.(?:path|readSync|fileURL)\(\s*(?:\)|[^'"`\s])|fixturesDir\b/.test(source)) {
      for (const name of this.#fixtureNames) if (!LARGE.has(name)) yield* this.#resolve(join(this.#fixtures, name));
    }
  }

  *#fixture(text: string, following: readonly string[]): Generator<string> {
    const parts = text.replace(/^(?:\.{0,2}\/)*(?:test\/)?(?:fixtures\/)?/, "").split("/");
    const [name = ""] = parts;
    if (LARGE.has(name))
      yield* this.#resolve(join(this.#fixtures, ...parts, ...(parts.length > 1 ? [] : following.slice(0, 2))));
    else if (this.#fixtureNames.has(name)) yield* this.#resolve(join(this.#fixtures, name));
    else if (this.#fixtureNames.has(`${name}.js`)) yield join(this.#fixtures, `${name}.js`);
    else if (this.#fixtureNames.has(`${name}.json`)) yield join(this.#fixtures, `${name}.json`);
  }

  *#resolve(path: string): Generator<string> {
    if (!path.startsWith(this.#suite + sep)) return;
    for (const candidate of [path, `${path}.js`, `${path}.json`]) {
      const stats = statSync(candidate, { throwIfNoEntry: false });
      if (stats?.isFile()) return yield candidate;
      if (stats?.isDirectory() && candidate.startsWith(this.#fixtures + sep)) return yield* this.#walk(candidate);
    }
  }

  #walk(folder: string): string[] {
    const known = this.#folders.get(folder);
    if (known) return known;
    const files = readdirSync(folder, { withFileTypes: true, recursive: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
    this.#folders.set(folder, files);
    return files;
  }

  #read(path: string): Uint8Array {
    const known = this.#bytes.get(path);
    if (known) return known;
    const bytes = readFileSync(path);
    this.#bytes.set(path, bytes);
    return bytes;
  }
}
