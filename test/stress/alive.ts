import assert from "node:assert/strict";
import { NodeRuntime } from "secure-exec";
import { descendants, proportionalMb } from "../../bench/resident.ts";
import { assertOnlyEngine } from "./leftovers.ts";

const PROGRAM = `process.stdin.setEncoding("utf8").on("data", (text) => process.stdout.write(text)); console.log("up");`;

/** So many VMs live at once, each with a process that answers. */
export async function alive(count: number): Promise<string> {
  const begin = performance.now();
  const vms = [];
  for (let i = 0; i < count; i++) {
    const runtime = await NodeRuntime.create();
    const child = await runtime.spawn(PROGRAM);
    const answers = child.stdout.getReader();
    await answers.read();
    vms.push({ runtime, child, answers });
  }
  const seconds = (performance.now() - begin) / 1000;
  const mb = descendants(process.pid).reduce((sum, pid) => sum + proportionalMb(pid), 0);
  for (const [i, { child, answers }] of vms.entries()) {
    await child.writeStdin(`${i}`);
    const { value } = await answers.read();
    assert.equal(Buffer.from(value!).toString(), `${i}`);
  }
  await Promise.all(vms.map(({ runtime }) => runtime.dispose()));
  await assertOnlyEngine();
  return `${count} VMs in ${seconds.toFixed(1)} s, ${(mb / count).toFixed(2)} MB each; all answered, all gone`;
}
