/**
 * The entry of an engine process: a zygote, which is forked for every VM. A guest's isolate boots on a thread of its own
 * while the server loads, compiled as far as the build's code cache has it.
 */
import { writeSync } from "node:fs";
import { createRequire, enableCompileCache, flushCompileCache } from "node:module";
import { dirname, join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { Engine } from "../server/engine.ts";

const main = resolve(process.argv[1]!);
const dist = dirname(dirname(main));
const require = createRequire(main);

/** Milliseconds since the process started, by phase. */
const timing: Record<string, number> = {};
let last = 0;
function phase(name: string): void {
  const now = performance.now();
  timing[name] = now - last;
  last = now;
}

/** What the host tells its user is a sentence, not where in the engine it was said. */
function start(): void {
  phase("node");
  // What the server's code learns about types, from its first call on, and its bytecode are there in every VM: none of them
  // has to find it out, and to write it down, anew.
  setFlagsFromString("--no-lazy-feedback-allocation --no-flush-bytecode");
  const engine: Engine = require(join(dist, "../engine/build/Release/engine.node"));
  engine.loadImage(join(dist, "guest/image.bin"));
  engine.prepareGuests(1, 1, false);
  phase("engine");
  enableCompileCache(join(dirname(main), "code-cache"));
  const { runZygote, rehearse } = require("./zygote.cjs") as typeof import("./zygote.ts");
  phase("server");
  if (!process.env.SECURE_EXEC_FILL_CODE_CACHE) return runZygote(engine, timing, phase);
  rehearse(engine);
  flushCompileCache();
  process.exit();
}

try {
  start();
} catch (error) {
  writeSync(2, `${(error as Error).message.split("\n")[0]}\n`);
  process.exit(1);
}
