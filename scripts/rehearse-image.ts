// Rehearses a guest's life and writes the image anew with the code that was compiled for it: what every program runs is
// then there when a process starts. Run by the engine's Node: node scripts/rehearse-image.ts <image>
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { createRootFilesystem } from "../src/kernel/fs/rootfs.ts";
import { Kernel } from "../src/kernel/kernel.ts";
import { SYSCALLS } from "../src/kernel/syscalls/index.ts";
import type { Engine } from "../src/server/engine.ts";
import { EngineHost } from "../src/server/engine_host.ts";

const image = resolve(process.argv[2]!);

/** What most programs do. It must end by itself: an image is made of what is left. */
const PROGRAM = `
  import fs from "node:fs";
  import { join } from "node:path";
  console.log("text", 1, { a: [1, "b"] });
  console.error("text");
  const file = join(process.cwd(), "file.json");
  fs.writeFileSync(file, JSON.stringify({ a: 1 }));
  fs.readFileSync(file, "utf8");
  fs.statSync(file);
  fs.existsSync(file);
  fs.readdirSync(".");
  require("./file.json");
  fs.mkdirSync("folder");
  fs.writeFileSync("folder/module.cjs", "module.exports = require('node:util');");
  require("./folder/module.cjs");
  fs.writeFileSync("folder/module.mjs", "export default await import('node:events');");
  await import("./folder/module.mjs");
  await fs.promises.readFile(file);
  fs.rmSync("folder", { recursive: true });
  Buffer.from("text").toString("base64");
  process.nextTick(() => {});
  setImmediate(() => {});
  await new Promise((resolve) => setTimeout(resolve, 1));
  globalThis.__return({ a: 1 });
`;

const require = createRequire(import.meta.url);
const native: Engine = require(join(dirname(import.meta.dirname), "engine/build/Release/engine.node"));
// An image holds no machine code.
setFlagsFromString("--no-sparkplug");
native.loadImage(image);
const engine: Engine = {
  ...native,
  start: (tid, limits) => native.start(tid, limits, image),
};
const host = new EngineHost(engine);
const kernel = new Kernel(host, SYSCALLS, createRootFilesystem);
host.boot(kernel);
const vm = kernel.createVm({});
const [stdout, stderr] = [vm.pipe(), vm.pipe()];
vm.exec({
  argv: ["node"],
  files: [null, stdout.writer, stderr.writer],
  entry: {
    kind: "source",
    source: PROGRAM,
    language: "js",
    format: "auto",
    filename: null,
    value: true,
    inputs: false,
  },
  onExit: ({ exitStatus }) => {
    if (exitStatus!.shellCode !== 0) {
      const text = Buffer.alloc(65_536);
      console.error(text.toString("utf8", 0, Number(stderr.reader.read(text, null))));
    }
    process.exitCode = exitStatus!.shellCode;
    // Gone once the thread is, which writes the image before it ends.
    vm.destroy(() => engine.stop());
  },
});
host.serve();
