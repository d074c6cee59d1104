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
    "blobs of blobs": `
      const kept = [];
      for (let blob = new Blob(["x"]); ; kept.push(blob))
        try { blob = new Blob([blob, blob]); } catch { blob = new Blob(["x"]); }`,
    "ports that nobody uses": `${IMPORT} const kept = []; for (;;) kept.push(new MessageChannel());`,
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

  // How often to send something, and the sending.
  const many = {
    "a list of buffers": [
      400_000,
      "structuredClone(1, { transfer: Array.from({ length }, () => new ArrayBuffer(0)) });",
    ],
    "shared buffers in an array": [100_000, "structuredClone(Array.from({ length }, () => new SharedArrayBuffer(0)));"],
    "blobs in an array": [100_000, "structuredClone(Array.from({ length }, () => new Blob([])));"],
    "channels of one name": [
      40_000,
      'for (const channel of Array.from({ length }, () => new BroadcastChannel("a"))) channel.close();',
    ],
    "channels of many names": [
      40_000,
      'for (const channel of Array.from({ length }, (_, i) => new BroadcastChannel("a" + i))) channel.close();',
    ],
  } as const;
  for (const [name, [length, code]] of Object.entries(many)) {
    test(`the work grows with the number of what travels, not faster: ${name}`, async () => {
      const { exitCode, stdout, stderr } = await ground.attack(
        `function cost(length) {
          const before = process.cpuUsage();
          ${code}
          const { user, system } = process.cpuUsage(before);
          return user + system;
        }
        const few = cost(${length / 16});
        const all = cost(${length});
        console.log(all < 80 * few || [few, all]);`,
        { limits: { memoryMb: 1024 }, timeout: 60_000 },
      );
      assert.deepEqual({ exitCode, stdout, stderr }, { exitCode: 0, stdout: "true\n", stderr: "" });
    });
  }

  test("a structure too deep to clone is an error", async () => {
    const { exitCode, stdout } = await ground.attack(`
      let value = {};
      for (let i = 0; i < 1e6; i++) value = { value };
      try { structuredClone(value); } catch (error) { console.log(error.name); }`);
    assert.equal(exitCode, 0);
    assert.equal(stdout, "RangeError\n");
  });
});
