import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The last TypeScript that is written in JavaScript: a large CommonJS module (9 MB) to load. */
const VERSION = "5.9.3";

const CACHE = join(import.meta.dirname, ".cache", `typescript-${VERSION}`);

/** The module, at the same path in guests and on the host. */
export const TYPESCRIPT_FILE = join(CACHE, "node_modules/typescript/lib/typescript.js");

/** Downloads the package with npm unless that is done, and returns what a guest needs of it. */
export function typescriptFiles(): Record<string, Uint8Array> {
  if (!existsSync(TYPESCRIPT_FILE)) {
    const args = ["install", "--prefix", CACHE, "--no-save", "--ignore-scripts", "--no-audit", `typescript@${VERSION}`];
    execFileSync("npm", args, { stdio: "inherit" });
  }
  const manifest = join(CACHE, "node_modules/typescript/package.json");
  return { [TYPESCRIPT_FILE]: readFileSync(TYPESCRIPT_FILE), [manifest]: readFileSync(manifest) };
}
