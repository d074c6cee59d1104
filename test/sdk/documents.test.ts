import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { transform } from "esbuild";

const run = promisify(execFile);

/** Inside the package, so that `import "secure-exec"` finds it by its own name, as a user's program would. */
const SCRATCH = "dist/test/documents";

/** Runs a TypeScript program of a document by the Node that runs this test. */
async function runProgram(source: string): Promise<string> {
  mkdirSync(SCRATCH, { recursive: true });
  const folder = mkdtempSync(join(SCRATCH, "program-"));
  try {
    const { code } = await transform(source, { loader: "ts", format: "esm", target: "node20" });
    writeFileSync(join(folder, "main.mjs"), code);
    return (await run(process.execPath, [join(folder, "main.mjs")])).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the README is true", () => {
  const readme = readFileSync("README.md", "utf8");

  test("the example prints what it says", async () => {
    const [, block] = /The example prints\n\n((?: {4}.*\n)+)/.exec(readme) ?? [];
    assert.ok(block !== undefined, "the README shows the example's output");
    const source = readFileSync("examples/runtime-and-platform.ts", "utf8");
    assert.equal(await runProgram(source), block.replace(/^ {4}/gm, ""));
  });

  test("the first program prints what its comment says", async () => {
    const [source, ...others] = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, text]) => text!);
    assert.ok(source?.includes('// 14 "2 orders\\n" 0'), "the program says what it prints");
    assert.deepEqual(others, [], "every program of the README is run here");
    assert.equal(await runProgram(source), "14 2 orders\n 0\n");
  });
});
