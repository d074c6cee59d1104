import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { unsupportedPlatform } from "./errors.ts";

/**
 * Path of the engine: the pinned Node binary of the package for this platform, the same whatever Node runs the host.
 * @throws Error (ERR_UNSUPPORTED_PLATFORM) if there is none.
 */
export function enginePath(): string {
  const engine = `node-${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${engine}/package.json`)), "bin/node");
  } catch {
    throw unsupportedPlatform(engine);
  }
}

/** What to tell of an error that starting `program`, a part of the engine, gave. */
export function engineProblem(error: unknown, program: string): string {
  const { message, code } = error as NodeJS.ErrnoException;
  if (code !== "ENOENT") return `could not be started: ${message}`;
  return existsSync(program)
    ? `could not be started: the system has no loader for ${program}, which needs the GNU C library (glibc)`
    : `could not be started: ${program} is missing. Install the package again, with its build (npm rebuild secure-exec)`;
}
