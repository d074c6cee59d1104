// Builds the image that guests start from: Node's library booted in a guest isolate, as a V8 snapshot.
// Run by the engine's Node: node scripts/build-image.mjs <guest bundle> <output>
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const [guestBundle, output] = process.argv.slice(2);
const engine = createRequire(import.meta.url)(path.join(root, "engine/build/Release/engine.node"));

const seed = execFileSync(
  process.execPath,
  ["--expose-internals", "--no-warnings", path.join(root, "scripts/image-seed.cjs")],
  { encoding: "utf8", maxBuffer: 1 << 28, env: {} },
);
const modules = Object.fromEntries(
  Object.entries(process.binding("natives")).filter(([, text]) => typeof text === "string"),
);
engine.buildImage({ path: output, guestBundle: readFileSync(guestBundle, "utf8"), seed, modules });
