/**
 * The sidecar's entry, run by the engine's Node. The first guest isolate boots on a thread of its own while the server
 * loads, compiled as far as the build's code cache has it.
 */
import { createRequire, enableCompileCache } from "node:module";
import { dirname, join } from "node:path";
import type { Engine } from "./engine.ts";

const main = process.argv[1]!;
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

phase("node");
const engine: Engine = require(join(dist, "../engine/build/Release/engine.node"));
engine.loadImage(join(dist, "guest/image.bin"));
engine.prewarm(1);
phase("engine");
enableCompileCache(join(dirname(main), "code-cache"));
const { serve } = require("./server.cjs") as typeof import("./server.ts");
phase("server");
serve(engine, timing);
