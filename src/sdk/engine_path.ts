import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { engineStart, unsupportedPlatform } from "./errors.ts";

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
export function engineFailure(error: unknown, program: string): Error {
  const { message, code } = error as NodeJS.ErrnoException;
  if (code !== "ENOENT") return engineStart(program, `could not be started: ${message}`, "", error);
  const problem = existsSync(program)
    ? "could not be started: the system has no loader for it; it needs the GNU C library (glibc)"
    : "is missing: install the package again, with its build (npm rebuild secure-exec)";
  return engineStart(program, problem, "", error);
}
