import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground, endOf } from "../support/hostile.ts";

const VM_MB = 256;
/** What grows between two looks at the VM's memory comes on top. */
const TOLERANCE_MB = 512;

const vm = { limits: { vmMemoryMb: VM_MB } };

describe("memory that V8 does not count is bounded by the VM's limit", () => {
  const { attack, besiege } = battleground();

  /** One step of a loop without end; `kept` holds all, `n` counts. */
  const bombs: Record<string, { before?: string; step: string; ends?: RegExp }> = {
    segmenters: { step: "kept.push(new Intl.Segmenter('th', { granularity: 'word' }));" },
    "lists, plurals, times and names": {
      step: `kept.push(new Intl.ListFormat("de"), new Intl.PluralRules("ar"), new Intl.RelativeTimeFormat("fr"),
        new Intl.DisplayNames("en", { type: "region" }));`,
    },
    "shared WebAssembly memories": {
      step: `
        const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true });
        new Uint8Array(memory.buffer).fill(1);
        kept.push(memory);`,
    },
    // The system gives a process so many mappings, and V8 two for each of these.
    "the first pages of growable shared buffers": {
      step: `
        const buffer = new SharedArrayBuffer(1, { maxByteLength: 1 << 20 });
        new Uint8Array(buffer)[0] = 1;
        kept.push(buffer);`,
      ends: /^(exit 137|ERR_VM_CRASHED: .* V8 got no memory)/,
    },
    "WebAssembly code compiled again and again": {
      before: `
        const code = [0];
        for (let i = 0; i < 3500; i++) code.push(32, 0, 32, 0, 108, 32, 0, 106, 33, 0);
        code.push(32, 0, 11);
        const leb = (n) => [(n & 127) | 128, ((n >> 7) & 127) | 128, n >> 14];
        const bytes = Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0,
          10, ...leb(code.length + 4), 1, ...leb(code.length), ...code]);`,
      step: `
        kept.push(new WebAssembly.Instance(new WebAssembly.Module(bytes)));
        kept.at(-1).exports.f(n);`,
    },
    histograms: {
      before: `import { createHistogram } from "node:perf_hooks";`,
      step: "kept.push(createHistogram({ lowest: 1, highest: Number.MAX_SAFE_INTEGER, figures: 5 }));",
    },
    // zlib itself finds no memory, or the program is over its limit.
    compressors: {
      ends: /^exit (137|1: Error)$/,
      before: `import zlib from "node:zlib";`,
      step: "kept.push(zlib.createDeflate({ level: 9, memLevel: 9 }), zlib.createBrotliCompress());",
    },
    contexts: { before: `import vm from "node:vm";`, step: "kept.push(vm.createContext());" },
    "message channels": { step: "kept.push(new MessageChannel());" },
    "variables of the environment": { step: `process.env["name" + n] = "x".repeat(10_000) + n;` },
    "regular expressions with their code": {
      step: `const expression = new RegExp("(?:a{100}|b{100}|" + n + ")+c"); expression.test("aab"); expression.test("aab"); kept.push(expression);`,
    },
    "a queue of what nobody reads": {
      step: `process.stdout.write(Buffer.alloc(1 << 20, "x")); process.stderr.write("y".repeat(1 << 20));`,
    },
    "signals that are never handled": {
      before: `process.on("SIGUSR2", () => {}); setTimeout(() => {}, 1e6);`,
      step: `process.kill(process.pid, "SIGUSR2"); kept.push(n);`,
    },
    timers: { step: "setTimeout(() => {}, 1e6 + n);" },
    modules: {
      before: `import vm from "node:vm";`,
      step: `kept.push(new vm.Script("(function f" + n + "() { return " + n + "; })()"));`,
    },
  };
  for (const [name, { before = "", step, ends = /^exit 137$/ }] of Object.entries(bombs)) {
    test(`a bomb of ${name}`, async () => {
      const code = `${before}\nconst kept = []; for (let n = 0; ; n++) { ${step} }`;
      let peakMb = 0;
      const attacking = attack(code, { vm, limits: { memoryMb: 128 }, timeout: 5000 }).then((result) => {
        peakMb = result.peakMb;
        return result;
      });
      assert.match(await endOf(attacking), ends);
      assert.ok(peakMb < VM_MB + TOLERANCE_MB, `the VM grew by ${Math.round(peakMb)} MB`);
    });
  }

  test("600,000 destroy hooks", async () => {
    const code = `
      import { AsyncResource, createHook } from "node:async_hooks";
      createHook({ init() {}, destroy() {} }).enable();
      for (let i = 0; i < 6e5; i++) new AsyncResource("A");
      console.log("made");`;
    assert.match(await endOf(attack(code, { vm, timeout: 20_000 })), /^exit (0|137)$/);
  });

  const kernelObjects = {
    "60,000 symbolic links with long targets": `
      for (let n = 0; n < 6e4; n++) fs.symlinkSync("/" + "t".repeat(4000) + n, "link-" + n);`,
    "60,000 files with long names": `for (let n = 0; n < 6e4; n++) fs.writeFileSync("n".repeat(240) + n, "");`,
    "60,000 watches": `
      const kept = [];
      for (let n = 0; n < 6e4; n++) { fs.mkdirSync("d" + n); kept.push(fs.watch("d" + n, () => {})); }
      process.exit(0);`,
    "60,000 descriptors": `
      fs.writeFileSync("file", "x");
      for (let n = 0; n < 6e4; n++) fs.openSync("file");`,
    "60,000 pending operations": `
      for (let n = 0; n < 6e4; n++) fs.readFile("/etc/passwd", () => {});`,
  };
  for (const [name, code] of Object.entries(kernelObjects)) {
    test(name, async () => {
      const end = await endOf(attack(`import fs from "node:fs"; ${code}`, { timeout: 20_000 }));
      assert.match(end, /^exit (0|137|1: Error)$/);
    });
  }

  test("the largest program is ended first, and the VM goes on", async () => {
    await besiege(
      async (runtime) => {
        const small = await runtime.spawn(`process.stdin.on("data", (data) => process.stdout.write(data));`);
        const { exitCode, stderr } = await runtime.exec(
          `const kept = [];
          for (;;) {
            const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true });
            new Uint8Array(memory.buffer).fill(1);
            kept.push(memory, new Intl.Segmenter("th"));
          }`,
          { limits: { memoryMb: 1024 }, timeout: 60_000 },
        );
        assert.equal(exitCode, 137);
        assert.match(stderr, /memory/);
        await small.writeStdin("still here");
        const { value } = await small.stdout.getReader().read();
        assert.equal(Buffer.from(value!).toString(), "still here");
        assert.equal((await runtime.exec("console.log(1)")).stdout, "1\n");
      },
      { limits: { vmMemoryMb: 128 } },
    );
  });

  test("a VM whose memory no program can give back ends", { timeout: 20_000 }, async () => {
    const crashed = { code: "ERR_VM_CRASHED", message: /limits\.vmMemoryMb/ };
    await besiege(
      async (runtime) => {
        const fill = async () => {
          for (let i = 0; i < 20; i++) await runtime.writeFile(`/tmp/file-${i}`, new Uint8Array(8 << 20).fill(i));
          // Programs are ended first. This one's end helps nobody.
          assert.equal((await runtime.exec("for (;;);")).exitCode, 137);
          for (;;) await runtime.stat("/tmp");
        };
        await assert.rejects(fill(), crashed);
        await assert.rejects(runtime.exec("1"), crashed);
      },
      { limits: { vmMemoryMb: 64 } },
    );
  });
});
