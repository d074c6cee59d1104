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
