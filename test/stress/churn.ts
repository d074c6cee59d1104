import assert from "node:assert/strict";
import { NodeRuntime } from "secure-exec";
import { assertOnlyEngine, leftovers } from "./leftovers.ts";

const ALLOWED_GROWTH_MB = 10;
/** Some at a time, so that both processors have work. */
const AT_ONCE = 2;

/** VMs created, used and disposed of in a row leave nothing. */
export async function churn(count: number): Promise<string> {
  const round = async (i: number) => {
    const runtime = await NodeRuntime.create({ files: { "/data": `${i}` } });
    const { stdout } = await runtime.exec(`console.log(require("fs").readFileSync("/data", "utf8"))`);
    assert.equal(stdout, `${i}\n`);
    await runtime.dispose();
  };
  for (let i = 0; i < 100; i++) await round(i);
  const before = leftovers();
  const begin = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < count) await round(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const seconds = (performance.now() - begin) / 1000;
  await assertOnlyEngine();
  const after = leftovers();
  const grown = after.engineMb - before.engineMb;
  assert.ok(after.descriptors <= before.descriptors + 2, `${after.descriptors - before.descriptors} descriptors`);
  assert.ok(after.engineDescriptors <= before.engineDescriptors + 2, "descriptors of the engine");
  assert.ok(after.temporaryFiles <= before.temporaryFiles, "temporary files");
  assert.ok(grown <= ALLOWED_GROWTH_MB, `the engine's process grew by ${grown.toFixed(1)} MB`);
  return `${count} VMs, ${(count / seconds).toFixed(0)} a second; the engine's process grew by ${grown.toFixed(1)} MB`;
}
