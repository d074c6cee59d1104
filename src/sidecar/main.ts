/** The sidecar's entry, run by the engine's Node: loads the server, compiled as far as the build's code cache has it. */
import { createRequire, enableCompileCache } from "node:module";
import { dirname, join } from "node:path";

const main = process.argv[1]!;
enableCompileCache(join(dirname(main), "code-cache"));
createRequire(main)("./server.cjs");
