// Builds dist/: the SDK with its types, the zygote with its server and the guest as scripts, the examples.
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { engineBinary } from "./engine-path.mjs";

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

const runByEngine = (...args) =>
  execFileSync(engineBinary(), ["--disable-warning=ExperimentalWarning", ...args], { stdio: "inherit" });

rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });

const bundle = { bundle: true, sourcemap: "linked", sourcesContent: false, logLevel: "warning" };

await Promise.all([
  // Bundled because a program that imports it waits for every file. What is needed later is split off.
  build({
    ...bundle,
    entryPoints: ["src/sdk/index.ts"],
    outdir: "dist/sdk",
    platform: "node",
    format: "esm",
    splitting: true,
    keepNames: true,
    chunkNames: "[name]-[hash]",
    target: "node20",
  }),
  // CommonJS starts faster than an ES module.
  build({
    ...bundle,
    entryPoints: ["src/zygote/main.ts", "src/zygote/zygote.ts"],
    outdir: "dist/zygote",
    outExtension: { ".js": ".cjs" },
    platform: "node",
    format: "cjs",
    target: "node22",
  }),
  build({
    ...bundle,
    entryPoints: ["src/guest/main.ts"],
    outfile: "dist/guest/guest.js",
    platform: "neutral",
    format: "iife",
    target: "node22",
    sourcemap: false,
  }),
  build({
    entryPoints: readdirSync("examples").map((name) => `examples/${name}`),
    outdir: "dist/examples",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  }),
]);

// The bundles contain it.
copyFileSync("node_modules/msgpackr/LICENSE", "dist/LICENSE.msgpackr");

// The snapshot that guests start from, then the same with code that a first program had compiled.
const image = "dist/guest/image.bin";
runByEngine("scripts/build-image.mjs", "dist/guest/guest.js", image);
runByEngine("scripts/rehearse-image.ts", image);

// An engine process that has rehearsed fills its code cache, from which later ones start faster.
execFileSync(engineBinary(), ["--no-memory-reducer", "dist/zygote/main.cjs"], {
  env: { TZ: "UTC", SECURE_EXEC_FILL_CODE_CACHE: "1" },
  stdio: "inherit",
});
