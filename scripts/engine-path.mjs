// Where the pinned engine lies: its binary, and headers beside it.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const name = `node-${process.platform}-${process.arch}`;

/** The directory of the engine's package for this platform. Exits with a message if it isn't installed. */
export function engineDirectory() {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    console.error(`secure-exec: the engine package ${name} is not installed; this platform is not supported.`);
    process.exit(1);
  }
}

export const engineBinary = () => join(engineDirectory(), "bin/node");
