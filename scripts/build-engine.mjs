// Builds the engine addon against the headers of the pinned Node package, with no download.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const enginePackage = `node-${process.platform}-${process.arch}`;

let engineDir;
try {
  engineDir = path.dirname(require.resolve(`${enginePackage}/package.json`));
} catch {
  console.error(`secure-exec: the engine package ${enginePackage} is not installed; this platform is not supported.`);
  process.exit(1);
}
const gyp = require.resolve("node-gyp/bin/node-gyp.js");

/** Which files there are is written into the Makefile when it is made: a new or removed one asks for another. */
const sources = readdirSync(path.join(root, "engine"), { recursive: true })
  .filter((name) => name.endsWith(".cc") || name === "binding.gyp")
  .filter((name) => !name.startsWith("build"))
  .map((name) => (name === "binding.gyp" ? readFileSync(path.join(root, "engine", name), "utf8") : name))
  .sort()
  .join("\n");
const list = path.join(root, "engine/build/sources.txt");
const configured =
  existsSync(path.join(root, "engine/build/Makefile")) &&
  existsSync(list) &&
  readFileSync(list, "utf8") === sources &&
  !process.argv.includes("--configure");
const result = spawnSync(
  path.join(engineDir, "bin/node"),
  [gyp, ...(configured ? [] : ["configure"]), "build", "--nodedir", engineDir, "--loglevel", "warn", "-j", "max"],
  {
    cwd: path.join(root, "engine"),
    // node-gyp prefers the environment to its arguments, and npm puts a nodedir of the user's own configuration there.
    env: { ...process.env, npm_config_nodedir: engineDir },
    stdio: "inherit",
  },
);
if (result.status === 0) writeFileSync(list, sources);
process.exit(result.status ?? 1);
