import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a program said before it called something, out of the host's trace of its syscalls. */
export class Trace {
  readonly #folder = mkdtempSync(join(tmpdir(), "secure-exec-fuzz-"));
  readonly #file = join(this.#folder, "trace");

  constructor() {
    writeFileSync(this.#file, "");
    // Read by every sidecar that is started from here on.
    process.env.SECURE_EXEC_STRACE = this.#file;
  }

  clear(): void {
    truncateSync(this.#file);
  }

  /** The notes since the last clear(), oldest first. */
  notes(): string[] {
    const notes: string[] = [];
    for (const line of readFileSync(this.#file, "utf8").split("\n")) {
      const text = /^\d+ \w+\(("\/fuzz\/(?:[^"\\]|\\.)*")/.exec(line)?.[1];
      if (text !== undefined) notes.push(JSON.parse(text).slice("/fuzz/".length));
    }
    return notes;
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
