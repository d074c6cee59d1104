import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground, endOf } from "../support/hostile.ts";

/** Guest code: a module of one function f(i32) → i32 whose body is `count` times x = x * x + x. */
const LARGE_MODULE = `
  const leb = (n) => { const bytes = []; do { bytes.push((n & 127) | (n > 127 ? 128 : 0)); n >>>= 7; } while (n); return bytes; };
  const section = (id, ...content) => [id, ...leb(content.length), ...content];
  const largeModule = (count) => {
    const code = [0];
    for (let i = 0; i < count; i++) code.push(32, 0, 32, 0, 108, 32, 0, 106, 33, 0);
    code.push(32, 0, 11);
    return Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, ...section(1, 1, 96, 1, 127, 1, 127), ...section(3, 1, 0),
      ...section(7, 1, 1, 102, 0, 0)].concat([10, ...leb(code.length + leb(code.length).length + 1), 1, ...leb(code.length)], code));
  };
`;

/** V8 gives up the process: a list is longer than it can make one. Real Node ends the same way. */
const FATAL = /^ERR_VM_CRASHED: The process of the VM was killed by SIGTRAP.*\n(.*\n)*.*invalid size error/;

interface Attack {
  code: string;
  /** How it may end. */
  ends: RegExp;
  memoryMb?: number;
  timeout?: number;
}

describe("what breaks V8 and Node from inside takes one VM at most", () => {
  const { attack } = battleground();

  const attacks: Record<string, Attack> = {
    "numbers cloned while no buffer can grow": {
      code: `
        const kept = [];
        try { for (;;) kept.push(new ArrayBuffer(1 << 20)); } catch {}
        const numbers = Array.from({ length: 3e5 }, (_, i) => i + 0.5);
        for (let i = 0; i < 40; i++) {
          try { structuredClone(numbers); } catch {}
          kept.length -= 1;
        }`,
      ends: /^exit (0|137)$/,
    },
    "a histogram that doubles itself until its counts overflow": {
      code: `
        import { createHistogram } from "node:perf_hooks";
        const histogram = createHistogram();
        histogram.record(1);
        for (let i = 0; i < 70; i++) histogram.add(histogram);
        histogram.percentiles; histogram.percentilesBigInt; histogram.percentile(99); histogram.mean; histogram.stddev;`,
      ends: /^exit 0$/,
    },
    "200,000 resizable buffers": {
      code: `
        const kept = [];
        for (let i = 0; i < 200_000; i++) kept.push(new ArrayBuffer(0, { maxByteLength: 4096 }));`,
      ends: /^exit (0|137|1: RangeError)$/,
    },
    "200,000 growable shared buffers": {
      code: `
        const kept = [];
        for (let i = 0; i < 200_000; i++) kept.push(new SharedArrayBuffer(1, { maxByteLength: 4096 }));`,
      ends: /^exit (0|137|1: RangeError)$/,
    },
    "WebAssembly memories until there are no addresses": {
      code: "const kept = []; for (;;) kept.push(new WebAssembly.Memory({ initial: 0, maximum: 65536 }));",
      ends: /^exit (137|1: RangeError)$/,
    },
    "shared WebAssembly memories until there are no addresses": {
      code: `
        const kept = [];
        for (;;) kept.push(new WebAssembly.Memory({ initial: 0, maximum: 65536, shared: true }));`,
      ends: /^exit (137|1: RangeError)$/,
    },
    "WebAssembly compiled while the heap is full": {
      code: `${LARGE_MODULE}
        const bytes = largeModule(50_000);
        const kept = [];
        for (;;) { kept.push(WebAssembly.compile(bytes), new Array(1e5).fill(0.5)); await undefined; }`,
      ends: /^exit 137$/,
    },
    "a function optimised while the heap is full": {
      code: `
        const kept = [];
        const sum = Array.from({ length: 2000 }, (_, i) => "x = (x * " + i + " + y[" + i + " % y.length]) | 0;").join("\\n");
        for (let n = 0; ; n++) {
          const hot = new Function("x", "y", sum + "return x; //" + n);
          for (let i = 0; i < 300; i++) hot(i, [1, 2.5, i]);
          kept.push(hot, new Array(1e5).fill(n + 0.5));
        }`,
      ends: /^exit 137$/,
    },
    "a text of 2²⁹ characters split into each": {
      code: `"x".repeat(2 ** 29 - 24).split("");`,
      ends: FATAL,
    },
    "a text of 2²⁸ characters thrown": {
      code: `throw "x".repeat(2 ** 28);`,
      ends: /^exit (1|7|137)$/,
    },
    "an error of 2²⁸ characters thrown": {
      code: `throw new Error("\u0100".repeat(2 ** 28));`,
      ends: /^exit (1|7|137)/,
    },
    "a text that grows by replacing": {
      code: `"x".repeat(2 ** 26).replace(/x/g, "$&$&$&$&$&$&$&$&$&$&");`,
      // Or it is over the VM's limit first, and nothing ends it but the VM.
      ends: /^ERR_VM_CRASHED: .*(killed by SIGTRAP|limits\.vmMemoryMb)/,
    },
    "recursion without end in regular expressions, JSON and the parsers": {
      code: `
        const nested = (open, close) => open.repeat(1e6) + close.repeat(1e6);
        const attempts = [
          () => new RegExp(nested("(", ")")), () => new RegExp(nested("(?:", ")*")), () => new RegExp(nested("[", "]"), "v"),
          () => JSON.parse(nested("[", "]")), () => JSON.parse('{"a":'.repeat(1e6)),
          () => new Function(nested("[", "]")), () => new Function("a=>".repeat(1e6) + "1"), () => new Function("!".repeat(1e6) + "1"),
          () => new Function("a?".repeat(1e6)), () => new Function("\`\${".repeat(1e6)), () => new Function(nested("{", "}")),
          () => new Function("x" + ".y".repeat(1e6)), () => new Function("x" + "+1".repeat(1e6)), () => new Function("new ".repeat(1e6) + "x"),
        ];
        for (const attempt of attempts) try { attempt(); } catch (error) {
          if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
        }`,
      ends: /^exit (0|137)$/,
      timeout: 10_000,
    },
    "the runtime called where the stack ends": {
      code: `
        import crypto from "node:crypto";
        import fs from "node:fs";
        import v8 from "node:v8";
        import vm from "node:vm";
        import zlib from "node:zlib";
        const calls = [
          () => new Intl.DateTimeFormat("de").format(), () => crypto.createHash("md5").update("x").digest(), () => structuredClone([{}]),
          () => /(a|b)*c/.test("ababab"), () => JSON.parse("[[]]"), () => vm.runInNewContext("1"), () => fs.readFileSync("/proc/self/stat"),
          () => v8.deserialize(v8.serialize({})), () => new URL("http://a.b/c"), () => "ß".localeCompare("ss"), () => new Function("1"),
          () => zlib.deflateSync("x"), () => new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)), () => 7n ** 999n,
        ];
        const sink = (depth, call) => { if (depth > 0) return sink(depth - 1, call); call(); };
        let deepest = 0;
        const measure = () => { deepest++; measure(); };
        try { measure(); } catch {}
        for (const call of calls)
          for (let i = 0; i < 60; i++) try { sink(Math.floor(deepest * (1.1 - i / 100)), call); } catch {}`,
      ends: /^exit (0|7)$/,
      timeout: 30_000,
    },
    "code from caches that were tampered with": {
      code: `
        import vm from "node:vm";
        const source = "(function () { return [1, 'two', { three: /4/ }].map((x) => x); })()";
        const cache = new vm.Script(source).createCachedData();
        for (let i = 0; i < cache.length; i += 7) {
          const cachedData = Buffer.from(cache);
          cachedData[i] ^= 0x5a;
          try { new vm.Script(source, { cachedData }).runInThisContext(); } catch {}
        }`,
      ends: /^(exit (0|137)|ERR_VM_CRASHED: )/,
    },
    "sets and maps up to what V8 can hold": {
      code: `
        const set = new Set();
        for (let i = 0; ; i++) set.add(i);`,
      ends: /^exit (137|1: RangeError)$/,
      memoryMb: 1024,
    },
    "errors that are thrown while errors are printed": {
      code: `
        Error.prepareStackTrace = () => { throw new Error("in prepareStackTrace"); };
        process.on("uncaughtException", () => { throw new Error("in the handler"); });
        process.on("exit", () => { throw new Error("at exit"); });
        throw { get stack() { throw this; }, get message() { throw this; }, toString() { throw this; } };`,
      ends: /^exit (1|7)/,
    },
    "promises that are adopted by each other 1,000,000 deep": {
      code: `
        let promise = Promise.reject(new Error("deep"));
        for (let i = 0; i < 1e6; i++) { const inner = promise; promise = new Promise((resolve) => resolve(inner)); }
        await promise;`,
      ends: /^exit (137|1: Error)$/,
      timeout: 20_000,
    },
  };
  for (const [name, { code, ends, memoryMb = 128, timeout = 20_000 }] of Object.entries(attacks)) {
    test(name, async () => {
      assert.match(await endOf(attack(code, { limits: { memoryMb }, timeout })), ends);
    });
  }
});
