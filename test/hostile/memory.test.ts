import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground } from "../support/hostile.ts";
import { residentMb } from "../support/vm_process.ts";
import { withRuntime } from "../support/with_runtime.ts";

const LIMIT_MB = 128;

/** The VM's process may grow by a few limits (a bomb is noticed late), not by what the bomb asks for. */
const TOLERANCE_MB = 4 * LIMIT_MB;

describe("programs that eat memory are stopped at their limit", () => {
  const ground = battleground();

  const bombs = {
    "a heap bomb": "const kept = []; while (true) kept.push(new Array(1000).fill({}));",
    "a heap bomb in promises": "const kept = []; while (true) kept.push(new Promise(() => {}).then(() => kept));",
    "a string bomb": `let text = "x"; const kept = []; while (true) { kept.push((text + kept.length).repeat(1 << 20)); }`,
    "an ArrayBuffer bomb": "const kept = []; while (true) kept.push(new Uint8Array(8 << 20).fill(1));",
    "a Buffer bomb": "const kept = []; while (true) kept.push(Buffer.alloc(8 << 20, 1));",
    "a SharedArrayBuffer bomb":
      "const kept = []; while (true) kept.push(new Uint8Array(new SharedArrayBuffer(8 << 20)).fill(1));",
    "a growing ArrayBuffer": `
      const kept = [];
      while (true) {
        const buffer = new ArrayBuffer(0, { maxByteLength: 64 << 20 });
        buffer.resize(64 << 20);
        new Uint8Array(buffer).fill(1);
        kept.push(buffer);
      }`,
    "a WebAssembly memory bomb": `
      const kept = [];
      while (true) {
        const memory = new WebAssembly.Memory({ initial: 0 });
        memory.grow(512);
        new Uint8Array(memory.buffer).fill(1);
        kept.push(memory);
      }`,
    "a bomb of text decoders": "const kept = []; for (;;) kept.push(new TextDecoder('iso-2022-jp'));",
    "a bomb of channel names":
      "const kept = []; for (;;) kept.push(new BroadcastChannel('x'.repeat(1e5) + kept.length));",
    "a bomb of blobs": "const kept = []; for (;;) kept.push(new Blob(['a']));",
    "a bomb of destroyed resources": `
      import { AsyncResource, createHook } from "node:async_hooks";
      createHook({ destroy() {} }).enable();
      const resource = new AsyncResource("A", { requireManualDestroy: true });
      for (;;) try { resource.emitDestroy(); } catch { for (;;) new AsyncResource("B", { requireManualDestroy: true }).emitDestroy(); }`,
    "a bomb of formatters": `
      const kept = []; for (;;) kept.push(new Intl.DateTimeFormat("en", { dateStyle: "full" }), new Intl.NumberFormat("de"));`,
    "a bomb of collators": `const kept = []; for (;;) kept.push(new Intl.Collator("de"));`,
    "a bomb of segmenters": `
      const segmenter = new Intl.Segmenter("th", { granularity: "word" });
      const kept = []; for (;;) kept.push(segmenter.segment("x".repeat(1000))[Symbol.iterator]());`,
    "a bomb of serializers": `import v8 from "node:v8"; const kept = []; for (;;) kept.push(new v8.Serializer());`,
    "a bomb of deserializers": `
      import v8 from "node:v8"; const kept = []; for (;;) kept.push(new v8.Deserializer(Buffer.alloc(1)));`,
    "a bomb of recordings of the garbage collector": `
      import { GCProfiler } from "node:v8";
      const kept = []; for (;;) { const profiler = new GCProfiler(); profiler.start(); kept.push(profiler); }`,
    "a bomb of objects with destroy hooks": `
      import { AsyncResource, createHook } from "node:async_hooks";
      createHook({ init() {}, destroy() {} }).enable();
      const kept = []; for (;;) kept.push(new AsyncResource("A"));`,
    "a Map bomb": "const map = new Map(); for (let i = 0; ; i++) map.set(i, [i]);",
    "a bomb in another context": `import vm from "node:vm"; vm.runInNewContext("const k = []; while (true) k.push([1, 2, 3]);");`,
    "a bomb that handles its errors": `
      const kept = [];
      process.on("uncaughtException", () => {});
      for (;;) try { for (;;) kept.push(new Uint8Array(32 << 20).fill(1), new Array(1e5).fill(0)); } catch {}`,
  };
  for (const [name, code] of Object.entries(bombs)) {
    test(name, async () => {
      const { exitCode, stderr, peakMb } = await ground.attack(code, {
        limits: { memoryMb: LIMIT_MB },
        timeout: 60_000,
      });
      // An allocation that is refused is an error the program may die of by itself; over the limit it's killed.
      assert.ok(exitCode === 137 || exitCode === 1, `exit code ${exitCode}: ${stderr}`);
      assert.match(stderr, /memory|allocation failed|Invalid array buffer length|could not allocate/i);
      assert.ok(peakMb < TOLERANCE_MB, `the VM grew by ${Math.round(peakMb)} MB`);
    });
  }

  test("recordings of the garbage collector take no more than their program may have", async () => {
    const { peakMb } = await ground.attack(
      `import { GCProfiler } from "node:v8";
      const kept = Array.from({ length: 10_000 }, () => new GCProfiler());
      for (const profiler of kept) profiler.start();
      for (;;) Array.from({ length: 1e5 }, () => ({}));`,
      { limits: { memoryMb: LIMIT_MB }, timeout: 3000 },
    );
    assert.ok(peakMb < TOLERANCE_MB, `the VM grew by ${Math.round(peakMb)} MB`);
  });

  test("garbage makes room for what is cloned, in whatever state the clone is", async () => {
    // The serializer's output doubles while buffers that nobody uses fill the memory: in the middle of numbers, of text.
    const { exitCode, stdout, stderr } = await ground.attack(
      `const numbers = Array.from({ length: 300 }, (_, i) => Array.from({ length: 3000 }, (_, j) => i + j + 0.5));
      const texts = Array.from({ length: 300 }, (_, i) => "\u0100".repeat(9000) + i);
      for (const value of [numbers, texts])
        for (let taken = 2; taken < 8; taken++) {
          let garbage = Array.from({ length: taken }, () => new ArrayBuffer(${LIMIT_MB >> 3} << 20));
          garbage = undefined;
          const clone = structuredClone(value);
          if (JSON.stringify(clone) !== JSON.stringify(value)) throw new Error("not the same");
        }
      console.log("cloned");`,
      { limits: { memoryMb: LIMIT_MB }, timeout: 60_000 },
    );
    assert.deepEqual({ exitCode, stdout, stderr }, { exitCode: 0, stdout: "cloned\n", stderr: "" });
  });

  test("one object that is larger than all memory ends its program", async () => {
    const code = 'const text = "x".repeat(2 ** 29 - 30); /x$/.test(text); for (;;) ;';
    const { exitCode, stderr } = await ground.attack(code, { limits: { memoryMb: LIMIT_MB }, timeout: 60_000 });
    assert.equal(exitCode, 137);
    assert.match(stderr, /out of memory/);
  });

  test("an allocation that finds no room costs the VM nothing for good", async () => {
    const code = `
      const text = "x".repeat(2 ** 29 - 30);
      /x$/.test(text);
      const other = text.slice(1) + "y";
      /x$/.test(other);
      for (;;) ;`;
    const growth = await withRuntime({}, async (runtime) => {
      const before = residentMb(runtime.pid);
      const { exitCode, stderr } = await runtime.exec(code, { limits: { memoryMb: LIMIT_MB }, timeout: 60_000 });
      assert.equal(exitCode, 137);
      assert.match(stderr, /out of memory/);
      assert.equal((await runtime.exec("console.log(1)")).stdout, "1\n");
      return residentMb(runtime.pid) - before;
    });
    assert.ok(growth < LIMIT_MB, `the VM kept ${Math.round(growth)} MB`);
  });

  test("what a program asks for beyond all reason is refused, and it goes on", async () => {
    const { exitCode, stdout } = await ground.attack(
      `const attempts = [
        () => new ArrayBuffer(2 ** 50),
        () => new Array(2 ** 32),
        () => "x".repeat(2 ** 30),
        () => Buffer.alloc(2 ** 52),
      ];
      for (const attempt of attempts) try { attempt(); console.log("got it"); } catch (error) { console.log(error.name); }`,
      { limits: { memoryMb: LIMIT_MB } },
    );
    assert.equal(exitCode, 0);
    assert.match(stdout, /^RangeError\nRangeError\nRangeError\nRangeError\n/);
  });
});
