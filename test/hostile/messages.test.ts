import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground } from "../support/hostile.ts";

const LIMIT_MB = 128;
const TOLERANCE_MB = 4 * LIMIT_MB;
const IMPORT = `import { MessageChannel } from "node:worker_threads"; const { port1, port2 } = new MessageChannel();`;

describe("messages, blobs and histograms count as their program's memory", () => {
  const ground = battleground();

  const bombs = {
    "small messages that nobody reads": `${IMPORT} for (;;) port1.postMessage(1);`,
    "large messages that nobody reads": `${IMPORT} const text = "x".repeat(1e6); for (;;) port1.postMessage(text);`,
    "messages to each other's queues": `${IMPORT}
      const text = "x".repeat(1e5);
      for (;;) {
        const other = new MessageChannel();
        other.port1.postMessage(text);
        port1.postMessage(0, [other.port2]);
      }`,
    "a blob of blobs": `let blob = new Blob(["x"]); for (;;) blob = new Blob([blob, blob]);`,
    histograms: `
      import { createHistogram } from "node:perf_hooks";
      const kept = [];
      for (;;) kept.push(createHistogram({ figures: 5 }));`,
    "serializers that keep their output": `
      import v8 from "node:v8";
      const kept = [];
      for (;;) {
        const serializer = new v8.Serializer();
        serializer.writeValue("x".repeat(1e6));
        kept.push(serializer);
      }`,
  };
  for (const [name, code] of Object.entries(bombs)) {
    test(name, async () => {
      const { exitCode, stderr, peakMb } = await ground.attack(code, {
        limits: { memoryMb: LIMIT_MB },
        timeout: 60_000,
      });
      assert.equal(exitCode, 137, stderr);
      assert.match(stderr, /out of memory/);
      assert.ok(peakMb < TOLERANCE_MB, `the VM grew by ${Math.round(peakMb)} MB`);
    });
  }

  test("ports nested in each other's queues, thousands deep, end with their program", async () => {
    const { exitCode, stdout, stderr } = await ground.attack(`
      import { MessageChannel } from "node:worker_threads";
      let next = new MessageChannel();
      for (let i = 0; i < 20_000; i++) {
        const channel = new MessageChannel();
        channel.port1.postMessage(0, [next.port2]);
        channel.port1.unref();
        next = channel;
      }
      console.log("built");
      process.exit(0);`);
    assert.equal(exitCode, 0, stderr);
    assert.equal(stdout, "built\n");
  });

  test("a structure too deep to clone is an error", async () => {
    const { exitCode, stdout } = await ground.attack(`
      let value = {};
      for (let i = 0; i < 1e6; i++) value = { value };
      try { structuredClone(value); } catch (error) { console.log(error.name); }`);
    assert.equal(exitCode, 0);
    assert.equal(stdout, "RangeError\n");
  });
});
