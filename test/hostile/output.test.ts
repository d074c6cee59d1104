import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NodeRuntime } from "secure-exec";
import { battleground } from "../support/hostile.ts";

const MB = 1 << 20;

describe("programs that print without measure", () => {
  const ground = battleground();

  const FLOOD = `
    const block = Buffer.alloc(1 << 20, "x");
    for (let i = 0; i < 100; i++) if (!process.stdout.write(block)) await new Promise((r) => process.stdout.once("drain", r));
    process.exitCode = 3;`;

  test("100 MB of stdout are cut at outputBytes, and the program ends as it would", async () => {
    const { exitCode, stdout, truncated } = await ground.attack(FLOOD, { limits: { outputBytes: 2 * MB } });
    assert.deepEqual({ exitCode, length: stdout.length, truncated }, { exitCode: 3, length: 2 * MB, truncated: true });
  });

  test("100 MB of stdout reach a callback whole, and are not piled up in the VM", async () => {
    let bytes = 0;
    const { exitCode, peakMb } = await ground.attack(FLOOD, {
      onStdout: async (chunk) => {
        bytes += chunk.length;
        await new Promise((resolve) => setImmediate(resolve));
      },
    });
    assert.deepEqual({ exitCode, bytes }, { exitCode: 3, bytes: 100 * MB });
    assert.ok(peakMb < 64, `the VM grew by ${Math.round(peakMb)} MB`);
  });

  test("stdout closed early is EPIPE in the program, as at a shell's pipe", async () => {
    const runtime = await NodeRuntime.create();
    const child = await runtime.spawn(`
      process.stdout.on("error", (error) => { console.error(error.code); process.exit(5); });
      setInterval(() => process.stdout.write("x".repeat(100_000)), 1);`);
    const reader = child.stdout.getReader();
    await reader.read();
    await reader.cancel();
    assert.equal(await child.wait(), 5);
    assert.match(await new Response(child.stderr).text(), /^EPIPE\n/);
    await runtime.dispose();
  });

  test("a callback that throws ends the program and rejects", async () => {
    const failing = ground.attack("setInterval(() => console.log('x'), 1);", {
      onStdout: () => {
        throw new Error("enough");
      },
    });
    await assert.rejects(failing, /enough/);
  });

  test("a flood on stderr and stdout at once", async () => {
    const { exitCode, stdout, stderr } = await ground.attack(
      `for (let i = 0; i < 20_000; i++) { console.log("out " + i); console.error("err " + i); }`,
      { limits: { outputBytes: 64 * 1024 } },
    );
    assert.equal(exitCode, 0);
    assert.equal(stdout.length, 64 * 1024);
    assert.equal(stderr.length, 64 * 1024);
  });
});
