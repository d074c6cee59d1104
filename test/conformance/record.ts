import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Outcome } from "./outcome.ts";

/** What the JSON files hold: the outcome of every file measured so far, by one version of the engine. */
export interface Recorded {
  readonly engine: string;
  readonly files: Record<string, Outcome>;
}

/** Reads a record; undefined when there is none. */
export function readRecord(path: string): Recorded | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Outcomes by file name, kept in a JSON file that is whole at any moment, so that a run can be resumed. */
export class OutcomeRecord {
  readonly #path: string;
  readonly #outcomes: Map<string, Outcome>;
  #unsaved = 0;

  /** Starts from what `path` holds if `keep` is set and it was measured with this very engine, else empty. */
  constructor(path: string, keep: boolean) {
    this.#path = path;
    const earlier = keep ? readRecord(path) : undefined;
    this.#outcomes = new Map(earlier?.engine === process.version ? Object.entries(earlier.files) : []);
  }

  get(name: string): Outcome | undefined {
    return this.#outcomes.get(name);
  }

  set(name: string, outcome: Outcome): void {
    this.#outcomes.set(name, outcome);
    if (++this.#unsaved >= 20) this.save();
  }

  save(): void {
    const recorded: Recorded = {
      engine: process.version,
      files: Object.fromEntries([...this.#outcomes].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(`${this.#path}.new`, `${JSON.stringify(recorded, undefined, 1)}\n`);
    renameSync(`${this.#path}.new`, this.#path);
    this.#unsaved = 0;
  }
}
