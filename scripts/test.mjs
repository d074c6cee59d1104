// Runs the tests: those of the API (test/sdk) under the Node that runs this script, as a user's program would be; the
// others under the engine's, which runs TypeScript as it is. Arguments choose by path: npm test -- sdk kernel/vfs
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { engineBinary } from "./engine-path.mjs";

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const scratch = mkdtempSync(join(tmpdir(), "secure-exec-test-"));
const filters = process.argv.slice(2);

const files = readdirSync("test", { recursive: true })
  .filter((name) => name.endsWith(".test.ts"))
  .filter((name) => filters.length === 0 || filters.some((filter) => name.includes(filter)))
  .map((name) => join("test", name))
  .sort();
const isApiTest = (file) => file.startsWith(join("test", "sdk", ""));

/** Runs test files and returns their totals. */
function run(node, args, tests) {
  const tap = join(scratch, "totals.tap");
  const reporters = ["spec", "tap"].map((name) => `--test-reporter=${name}`);
  const destinations = ["stdout", tap].map((name) => `--test-reporter-destination=${name}`);
  const { error } = spawnSync(node, [...args, "--test", ...reporters, ...destinations, ...tests], { stdio: "inherit" });
  if (error) throw error;
  const text = readFileSync(tap, "utf8");
  const total = (name) => Number(text.match(new RegExp(`^# ${name} (\\d+)$`, "m"))?.[1] ?? 0);
  return { passed: total("pass"), failed: total("fail") + total("cancelled") };
}

/** The host's Node may know no TypeScript. */
async function runApiTests(tests) {
  const outdir = join("dist", "test");
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: tests,
    outdir,
    outbase: "test",
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    logLevel: "warning",
  });
  const built = tests.map((file) => join(outdir, file.slice("test/".length).replace(/\.ts$/, ".js")));
  return run(process.execPath, ["--enable-source-maps"], built);
}

const groups = [];
const engineTests = files.filter((file) => !isApiTest(file));
const apiTests = files.filter(isApiTest);
if (engineTests.length > 0) groups.push(run(engineBinary(), ["--disable-warning=ExperimentalWarning"], engineTests));
if (apiTests.length > 0) groups.push(await runApiTests(apiTests));
rmSync(scratch, { recursive: true });

const passed = groups.reduce((sum, group) => sum + group.passed, 0);
const failed = groups.reduce((sum, group) => sum + group.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
