import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A loop of a program may leave any number of lines. */
const READ_BYTES = 1 << 20;

/** What a program said before it called something, out of the host's trace of its syscalls. */
export class Trace {
  readonly #folder = mkdtempSync(join(tmpdir(), "secure-exec-fuzz-"));
  readonly #file = join(this.#folder, "trace");

  constructor() {
    writeFileSync(this.#file, "");
    // Read by every engine process that is started from here on.
    process.env.SECURE_EXEC_STRACE = this.#file;
  }

  clear(): void {
    truncateSync(this.#file);
  }

  /** The last notes since clear(), oldest first. */
  notes(): string[] {
    const notes: string[] = [];
    for (const line of this.#end().split("\n")) {
      const text = /^\d+ \w+\(("\/fuzz\/(?:[^"\\]|\\.)*")/.exec(line)?.[1];
      if (text !== undefined) notes.push(JSON.parse(text).slice("/fuzz/".length));
    }
    return notes;
  }

  #end(): string {
    const fd = openSync(this.#file, "r");
    const { size } = fstatSync(fd);
    const buffer = Buffer.alloc(Math.min(size, READ_BYTES));
    readSync(fd, buffer, 0, buffer.length, size - buffer.length);
    closeSync(fd);
    return buffer.toString();
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
