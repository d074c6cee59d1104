import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground, endOf } from "../support/hostile.ts";

const TIMEOUT_MS = 300;

describe("computing that nothing can interrupt ends with its VM", () => {
  const { attack } = battleground();

  /** Programs that are still at it at their time limit. */
  const endless = {
    "transfer lists of 300,000": `
      const transfer = Array.from({ length: 3e5 }, () => new MessageChannel().port1);
      for (;;) try { structuredClone(null, { transfer }); } catch {}`,
    "JSON of 90 MB, parsed at the memory limit": `
      const text = "[" + "{},".repeat(30e6) + "0]";
      for (;;) try { JSON.parse(text); } catch {}`,
    "combining marks put in order": `
      for (const text = "a" + "\u0301\u0323".repeat(5e6); ; ) text.normalize("NFD"), text.normalize("NFKC");`,
    "a sparse array joined": "const list = []; list.length = 2 ** 32 - 1; for (;;) try { String(list); } catch {}",
    "a sparse array of which each is the next": `
      const list = []; list[2 ** 32 - 2] = list; for (;;) try { list.join("xx"); } catch {}`,
    "a sparse array filled": "const list = []; list.length = 2 ** 32 - 1; list.fill(0);",
    "an object of length 2⁵³-1 filled": "Array.prototype.fill.call({ length: 2 ** 53 - 1 }, 0);",
    "a sparse array searched": `
      const list = []; list[2 ** 32 - 2] = 1; for (;;) list.includes(2), list.indexOf(2), list.lastIndexOf(2);`,
    "sparse arrays joined into one": `
      const list = []; list[2 ** 31] = 1; list[Symbol.isConcatSpreadable] = true;
      for (;;) try { [].concat({ length: 2 ** 53 - 2, [Symbol.isConcatSpreadable]: true }), list.concat(list); } catch {}`,
    "sparse arrays made flat": "const list = []; list.length = 2 ** 32 - 1; for (;;) [list, list].flat(Infinity);",
    "a sparse array reversed and sorted": `
      const list = []; list.length = 2 ** 32 - 1; list[7] = 1; for (;;) list.reverse(), list.toSorted?.();`,
    "BigInts multiplied": "let n = 3n ** 1_000_000n; for (;;) try { n = n * n; } catch { n = 3n ** 1_000_000n; }",
    "BigInts printed and read": `
      const n = (1n << 30_000_000n) - 1n; for (;;) try { BigInt(n.toString()); } catch {}`,
    "BigInts divided": "const n = 7n ** 5_000_000n, m = 3n ** 3_000_000n; for (;;) n / m, n % m;",
    "a text searched backwards for itself": `
      "a".repeat(4e6).lastIndexOf("a".repeat(2e6) + "b");`,
    "regular expressions that look behind and go back": `
      /(?<=^(?:(?:a|aa)+)+)b/.test("a".repeat(200) + "c"), /(x+x+)+y/.test("x".repeat(200)), /(.*)*\\1z/s.test("xy".repeat(200));`,
    "a replacement that is searched from each place": `
      for (const text = "a".repeat(3e5); ; ) text.replace(/a*?b/g, ""), text.match(/a*a*a*b/);`,
    "a sort of ten million by a comparator": `
      const list = new Float64Array(1e7).map((_, i) => (i * 7919) % 1e7); for (;;) list.sort((a, b) => (a > b ? -1 : 1)), list.sort();`,
    "getters that never return, read by a clone": "structuredClone({ get x() { for (;;); } });",
    "getters without end, read by a clone": `
      const more = () => ({ get x() { return 1; }, get y() { return more(); } });
      for (;;) try { structuredClone(more()); } catch {}`,
    "waits for shared memory, in turn": `
      const shared = new Int32Array(new SharedArrayBuffer(8));
      for (let i = 0; i < 1e4; i++) Atomics.waitAsync?.(shared, 0, 0);
      Atomics.wait(shared, 1, 0);`,
    "a WebAssembly module whose start function does not return": `
      new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0,
        8, 1, 0, 10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11)));`,
    "a proxy that is its own prototype": `
      const proxy = new Proxy({}, { getPrototypeOf: () => proxy });
      for (;;) try { Object.prototype.isPrototypeOf.call({}, proxy); } catch {}`,
    "a prototype chain of proxies": `
      let made = 0;
      const next = () => new Proxy({}, { getPrototypeOf: () => (made++, next()) });
      for (;;) try { next() instanceof Map; } catch {}`,
    "a module graph that imports for ever": `
      const source = (n) => "import 'data:text/javascript," + encodeURIComponent("globalThis.n = " + n) + "'; globalThis.next(" + n + ");";
      globalThis.next = (n) => import("data:text/javascript," + encodeURIComponent(source(n + 1)));
      globalThis.next(0); setInterval(() => {}, 1000);`,
    "native code that reads an iterator without end": `
      const endless = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) }; new Set(endless);`,
    "text compared by the rules of a language": `
      const collator = new Intl.Collator("de", { numeric: true, ignorePunctuation: true });
      for (const text = "1\u0301!".repeat(5e6); ; ) collator.compare(text + "a", text + "b"), text.toLocaleUpperCase("tr");`,
    "objects that share what they hold, printed": `
      let shared = ["leaf"]; for (let i = 0; i < 60; i++) shared = [shared, shared];
      JSON.stringify(shared);`,
    "objects that share what they hold, compared": `
      import assert from "node:assert";
      const make = () => { let shared = [1]; for (let i = 0; i < 60; i++) shared = [shared, shared]; return shared; };
      assert.deepStrictEqual(make(), make());`,
    "data pressed as small as it gets": `
      import zlib from "node:zlib";
      const data = Buffer.alloc(60e6, "abcdefg"); for (let i = 0; i < data.length; i += 13) data[i] = (i * 7919) >> 5;
      for (;;) zlib.brotliCompressSync(data), zlib.deflateSync(data, { level: 9 });`,
    "data pressed on other threads": `
      import zlib from "node:zlib";
      const data = Buffer.alloc(20e6); for (let i = 0; i < data.length; i++) data[i] = (i * i * 7919) >> 9;
      const again = () => zlib.brotliCompress(data, again); for (let i = 0; i < 8; i++) again();`,
    "properties without end, asked of a proxy": `
      const keys = Array.from({ length: 1e6 }, (_, i) => "k" + i);
      const proxy = new Proxy({}, { ownKeys: () => keys, getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: 1 }) });
      for (;;) ({ ...proxy }), Object.entries(proxy);`,
    "microtasks of waits that end at once": `
      const again = async () => { for (;;) await null; }; for (let i = 0; i < 1000; i++) again();`,
  };
  for (const [name, code] of Object.entries(endless)) {
    test(name, async () => {
      assert.equal(await endOf(attack(code, { timeout: TIMEOUT_MS, limits: { memoryMb: 1024 } })), "exit 137");
    });
  }
});
