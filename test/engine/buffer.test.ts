import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSameAsNode, bareEval } from "./bare.ts";

const SETUP = `
const b = internalBinding("buffer");
const bytes = (...list) => Uint8Array.from(list);
const text = (string) => { const out = new Uint8Array(b.byteLengthUtf8(string)); b.utf8WriteStatic(out, string, 0, out.length); return out; };
const call = (name, buffer, ...args) => b[name].call(buffer, ...args);
const put = (name, size, ...args) => { const out = new Uint8Array(size).fill(46); return [name.endsWith("Static") ? b[name](out, ...args) : b[name].call(out, ...args), ...out]; };
const sample = text("Grüße, 世界 \\u{1f600}!");
`;

const slices = ["asciiSlice", "base64Slice", "base64urlSlice", "latin1Slice", "hexSlice", "ucs2Slice", "utf8Slice"];
const writes = [
  "asciiWriteStatic",
  "latin1WriteStatic",
  "utf8WriteStatic",
  "base64Write",
  "base64urlWrite",
  "hexWrite",
  "ucs2Write",
];

test("slices give Node's strings and errors", () => {
  const ranges = [
    "",
    "0",
    "3",
    "1, 7",
    "7, 1",
    "0, 23",
    "0, 1e9",
    "-1",
    "0, -1",
    "30",
    "NaN, '5'",
    "1.9, 6.9",
    "0, Infinity",
    "{}, []",
  ];
  const cases = slices.flatMap((name) => [
    ...ranges.map((range) => `call("${name}", ${["sample", range].filter(Boolean).join(", ")})`),
    `call("${name}", new Uint8Array(0), -5, 9)`,
    `call("${name}", {}, 0, 1)`,
    `call("${name}", undefined)`,
    `call("${name}", "text", 0, 1)`,
    `call("${name}", new DataView(sample.buffer, 1, 8), 1, 5)`,
    `call("${name}", new Uint16Array(sample.buffer, 2, 4), 1, 6)`,
    `call("${name}", sample, { valueOf() { throw new RangeError("mine") } })`,
    `call("${name}", sample, Symbol())`,
  ]);
  assertSameAsNode(SETUP, cases);
});

test("invalid UTF-8 becomes the same replacement characters", () => {
  const inputs = [
    "0xff",
    "0xc3",
    "0xe4, 0xb8",
    "0xf0, 0x9f, 0x98",
    "0x61, 0xf0, 0x9f, 0x98, 0x61",
    "0xed, 0xa0, 0x80",
    "0xc0, 0x80",
    "0xf5, 0x80, 0x80, 0x80",
    "0xef, 0xbb, 0xbf, 0x61",
    "0xe4, 0xb8, 0xe4, 0xb8, 0x96",
  ];
  assertSameAsNode(
    SETUP,
    inputs.flatMap((list) => [`call("utf8Slice", bytes(${list}))`, `b.isUtf8(bytes(${list}))`]),
  );
});

test("writes give Node's bytes, counts and errors", () => {
  const strings = [
    "''",
    "'hello'",
    "'Grüße 世界'",
    "'\\u{1f600}\\u{1f600}'",
    "'a\\ud800b'",
    "'0aFfg9'",
    "'0aF'",
    "'aGVsbG8='",
    "'aGVsbG8'",
    "' aGV\\nsb G8= '",
    "'-_+/-_+/'",
    "'YW=Jj'",
    "'YWJj=ZGVm'",
    "'=bad=bad'",
    "'*YWJjZA==YWJj'",
    "'YWJjZGVmé'",
    "'世YWJjZGVm'",
    "'Y'",
  ];
  const cases = writes.flatMap((name) => [
    ...strings.flatMap((s) => [
      `put("${name}", 12, ${s}, 0, 12)`,
      `put("${name}", 9, ${s}, 1, 4)`,
      `put("${name}", 3, ${s}, 0, 3)`,
    ]),
    `put("${name}", 4, "abcd", 4, 0)`,
    `put("${name}", 4, 12, 0, 4)`,
    `put("${name}", 4)`,
    `put("${name}", 0, "abcd", 0, 0)`,
  ]);
  for (const name of writes.slice(3)) {
    cases.push(`put("${name}", 4, "abcd")`, `put("${name}", 4, "abcd", 5)`, `put("${name}", 4, "abcd", -1)`);
    cases.push(
      `put("${name}", 4, "abcd", 1, -1)`,
      `put("${name}", 4, "abcd", 1, 1e12)`,
      `put("${name}", 4, "abcd", NaN)`,
    );
    cases.push(`b.${name}.call({}, "abcd")`, `b.${name}.call(sample, {})`);
  }
  assertSameAsNode(SETUP, cases);
});

test("compare, compareOffset and copy", () => {
  assertSameAsNode(SETUP, [
    "b.compare(bytes(1, 2), bytes(1, 2))",
    "b.compare(bytes(1, 2), bytes(1, 3))",
    "b.compare(bytes(200), bytes(1))",
    "b.compare(bytes(), bytes(1))",
    "b.compare(bytes(1, 0), bytes(1))",
    "b.compare({}, bytes(1))",
    "b.compare(bytes(1), 'x')",
    "b.compareOffset(bytes(1, 2, 3), bytes(2, 3), 0, 1, 2, 3)",
    "b.compareOffset(bytes(1, 2, 3), bytes(2, 3), 0, 1, 1, 3)",
    "b.compareOffset(bytes(1, 2, 3), bytes(2, 3), 9, 1, 9, 3)",
    "b.compareOffset(bytes(1, 2, 3), bytes(2, 3), 0, 9, 2, 9)",
    "b.compareOffset(bytes(1, 2, 3), bytes(2, 3), -1, 0, 2, 3)",
    "(() => { const to = bytes(0, 0, 0, 0); b.copy(bytes(1, 2, 3), to, 1, 1, 2); return to; })()",
    "(() => { const same = bytes(1, 2, 3, 4); b.copy(same, same, 1, 0, 3); return same; })()",
    "(() => { const to = new ArrayBuffer(4); b.copyArrayBuffer(to, 1, bytes(1, 2, 3).buffer, 0, 3); return new Uint8Array(to); })()",
  ]);
});

test("fill", () => {
  const fills = [
    "7, 0, 9",
    "300, 0, 9",
    "-1, 2, 5",
    "'ab', 0, 9",
    "'ab', 0, 9, 'utf16le'",
    "'é', 0, 9",
    "'é', 0, 9, 'latin1'",
    "'世界', 1, 9",
    "'世界世界', 1, 8, 'UCS2'",
    "'abc', 0, 9, 'hex'",
    "'zz', 0, 9, 'hex'",
    "'YWJj', 0, 9, 'base64'",
    "'', 0, 9",
    "bytes(1, 2), 0, 9",
    "bytes(), 0, 9",
    "bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 0, 9",
    "1, 5, 4",
    "1, 0, 10",
    "1, 10, 10",
    "1, -1, 5",
    "1, 0, -5",
    "null, 0, 9",
    "{ valueOf() { return 65 } }, 0, 9",
    "{ valueOf() { throw new TypeError('mine') } }, 0, 9",
    "Symbol(), 0, 9",
  ];
  assertSameAsNode(SETUP, [
    ...fills.map(
      (args) => `(() => { const out = new Uint8Array(9).fill(46); return [b.fill(out, ${args}) ?? null, ...out]; })()`,
    ),
    "b.fill({}, 1, 0, 1)",
  ]);
});

test("indexOf in both directions, each encoding, odd offsets", () => {
  const cases: string[] = [];
  const strings = ["'a'", "'ab'", "''", "'abcab'", "'世'", "'é'", "'zz'", "'abcabcabcabc'", "'cab'"];
  const haystacks = [
    "text('abcabcab')",
    "text('é世abéab世')",
    "bytes()",
    "bytes(97, 0, 98, 0, 97, 0)",
    "bytes(0, 97, 0, 98, 0, 97, 0, 98)",
  ];
  for (const haystack of haystacks) {
    for (const offset of [0, 1, 3, 7, 8, 100, -1, -3, -8, -100]) {
      for (const forward of [true, false]) {
        for (const string of strings) {
          for (const encoding of [1, 3, 4])
            cases.push(`b.indexOfString(${haystack}, ${string}, ${offset}, ${encoding}, ${forward})`);
          cases.push(`b.indexOfBuffer(${haystack}, text(${string}), ${offset}, 1, ${forward})`);
        }
        cases.push(`b.indexOfBuffer(${haystack}, bytes(97, 0), ${offset}, 3, ${forward})`);
        cases.push(`b.indexOfNumber(${haystack}, 97, ${offset}, ${forward})`);
        cases.push(`b.indexOfNumber(${haystack}, 97 + 256, ${offset}, ${forward})`);
      }
    }
  }
  assertSameAsNode(SETUP, cases);
});

test("long needles are found at any position, forward and backward", () => {
  const script = `${SETUP}
    const failures = [];
    const haystack = new Uint8Array(600);
    let seed = 1;
    for (let i = 0; i < haystack.length; i++) { seed = (seed * 1103515245 + 12345) & 0x7fffffff; haystack[i] = (seed >> 16) & 1; }
    const find = (needle, from, to, step, unit) => {
      for (let i = from; i !== to; i += step) {
        let j = 0;
        while (j < needle.length && haystack[i + j] === needle[j]) j++;
        if (j === needle.length) return i;
      }
      return -1;
    };
    for (const size of [2, 8, 10, 12, 30, 100]) for (let at = 0; at + size <= 600; at += 14) {
      const needle = haystack.slice(at, at + size);
      const last = 600 - size;
      const expected = [find(needle, 0, last + 1, 1), find(needle, last, -1, -1), find(needle, 0, last + 2, 2), find(needle, last, -2, -2)];
      const got = [b.indexOfBuffer(haystack, needle, 0, 1, true), b.indexOfBuffer(haystack, needle, 600, 1, false),
                   b.indexOfBuffer(haystack, needle, 0, 3, true), b.indexOfBuffer(haystack, needle, 600, 3, false)];
      if (String(expected) !== String(got)) failures.push([size, at, expected, got]);
    }
    JSON.stringify(failures)`;
  assert.equal(bareEval(script), "[]");
});

test("atob, btoa, byte lengths, validation, swaps", () => {
  const inputs = [
    "''",
    "'abc'",
    "'a'",
    "'YQ=='",
    "'YQ='",
    "'Y Q = ='",
    "'YQ'",
    "'Y'",
    "'Y!'",
    "'ÿþ'",
    "'世'",
    "'YWJj世'",
    "'YR=='",
    "'YWJj='",
    "'____'",
  ];
  const cases = inputs.flatMap((s) => [`b.atob(${s})`, `b.btoa(${s})`, `b.byteLengthUtf8(${s})`]);
  cases.push("b.btoa('x'.repeat(5000)).length", "b.atob(12)", "b.btoa({})", "b.byteLengthUtf8('a\\ud800')");
  cases.push(
    "b.isAscii(bytes(1, 127))",
    "b.isAscii(bytes(128))",
    "b.isUtf8(new ArrayBuffer(3))",
    "b.isAscii(new SharedArrayBuffer(3))",
  );
  for (const width of [16, 32, 64]) cases.push(`b.swap${width}(bytes(1, 2, 3, 4, 5, 6, 7, 8))`);
  cases.push("(() => { const a = bytes(1, 2); a.buffer.transfer(); return b.isUtf8(a); })()");
  cases.push(
    "b.createUnsafeArrayBuffer(2 ** 52)",
    "b.createUnsafeArrayBuffer(3).byteLength",
    "b.createUnsafeArrayBuffer(0).byteLength",
  );
  assertSameAsNode(SETUP, cases);
});

test("strings beyond V8's limit are refused with ERR_STRING_TOO_LONG", () => {
  assertSameAsNode(SETUP, [
    "call('hexSlice', new Uint8Array(b.kStringMaxLength / 2 + 1))",
    "call('latin1Slice', new Uint8Array(b.kStringMaxLength + 1))",
    "call('utf8Slice', new Uint8Array(b.kStringMaxLength + 1))",
  ]);
});

test("long strings keep their content", () => {
  const script = `${SETUP}
    const big = new Uint8Array(3 << 20);
    for (let i = 0; i < big.length; i++) big[i] = i * 7;
    const ok = [];
    for (const [slice, write] of [["base64Slice", "base64Write"], ["base64urlSlice", "base64urlWrite"], ["hexSlice", "hexWrite"], ["latin1Slice", "latin1WriteStatic"], ["ucs2Slice", "ucs2Write"]]) {
      const out = new Uint8Array(big.length);
      const string = call(slice, big);
      const written = write.endsWith("Static") ? b[write](out, string, 0, out.length) : b[write].call(out, string, 0, out.length);
      ok.push(written === big.length && b.compare(out, big) === 0);
    }
    String(ok)`;
  assert.equal(bareEval(script), "true,true,true,true,true");
});

test("long UTF-8 keeps its content, valid or not", () => {
  assertSameAsNode(SETUP, [
    "call('utf8Slice', text('grüße, 世界'.repeat(1 << 17))) === 'grüße, 世界'.repeat(1 << 17)",
    "call('utf8Slice', text('ascii only'.repeat(1 << 17))) === 'ascii only'.repeat(1 << 17)",
    "call('utf8Slice', new Uint8Array(2 << 20).fill(0xe4)) === '\\ufffd'.repeat(2 << 20)",
  ]);
});

test("memory from createUnsafeArrayBuffer is zeroed, whatever it held before", () => {
  const script = `${SETUP}
    let dirty = 0;
    for (let i = 0; i < 2000; i++) {
      const view = new Uint8Array(b.createUnsafeArrayBuffer(4096));
      dirty += view.some((byte) => byte !== 0) ? 1 : 0;
      view.fill(255);
      view.buffer.transfer(0);
    }
    dirty`;
  assert.equal(bareEval(script), "0");
});

test("hostile arguments throw or answer; nothing is read or written out of bounds", () => {
  const script = `${SETUP}
    const hostile = [undefined, null, 0, -1, NaN, 1e308, -1e308, 2 ** 53, "x", "x".repeat(100), {}, [], Symbol(), 10n, () => {}, new Proxy({}, {}),
      new ArrayBuffer(8), new SharedArrayBuffer(8), new Uint8Array(new SharedArrayBuffer(8)), new DataView(new ArrayBuffer(4)), new Uint8Array(0),
      { valueOf() { return 3; } }, { valueOf() { throw 1; } }, new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 })), true];
    let calls = 0;
    for (const name of Object.keys(b)) {
      if (typeof b[name] !== "function" || name === "setBufferPrototype") continue;
      for (const self of [undefined, new Uint8Array(5), new Uint8Array(new SharedArrayBuffer(5))])
        for (const first of [...hostile, new Uint8Array(9)])
          for (let i = 0; i < hostile.length; i++)
            for (const rest of [hostile[i * 7 % hostile.length], hostile[i * 11 % hostile.length]]) {
              try { b[name].call(self, first, hostile[i], rest, rest, rest, rest); } catch {}
              calls++;
            }
    }
    calls > 1000`;
  assert.equal(bareEval(script), "true");
});

test("arguments that shrink or detach the buffer while they are converted do no harm", () => {
  const script = `${SETUP}
    const results = [];
    const shrinking = (size) => { const buffer = new ArrayBuffer(64, { maxByteLength: 64 }); return [new Uint8Array(buffer), { valueOf() { buffer.resize(size); return 0; } }, { valueOf() { buffer.resize(size); return 60; } }]; };
    const detaching = () => { const view = new Uint8Array(64); return [view, { valueOf() { view.buffer.transfer(); return 0; } }, { valueOf() { view.buffer.transfer(); return 60; } }]; };
    for (const make of [() => shrinking(4), () => shrinking(0), detaching]) {
      for (const name of ${JSON.stringify(slices)}) {
        let [view, zero, sixty] = make();
        results.push(attempt(() => call(name, view, 1, sixty)));
        [view, zero, sixty] = make();
        results.push(attempt(() => call(name, view, sixty)));
      }
      for (const name of ["base64Write", "hexWrite", "ucs2Write"]) {
        const [view, zero, sixty] = make();
        results.push(attempt(() => call(name, view, "abcdabcd".repeat(9), zero, sixty)));
      }
      for (const name of ["asciiWriteStatic", "latin1WriteStatic", "utf8WriteStatic"]) {
        const [view, zero, sixty] = make();
        results.push(attempt(() => b[name](view, "x".repeat(64), zero, sixty)));
      }
      let [view, zero, sixty] = make();
      results.push(attempt(() => b.fill(view, zero, 0, 64)));
      [view, zero, sixty] = make();
      results.push(attempt(() => b.fill(view, 1, zero, sixty)));
      [view, zero, sixty] = make();
      results.push(attempt(() => b.compareOffset(view, view, zero, 0, 64, 64)));
    }
    function attempt(fn) { try { return String(fn()); } catch (error) { return error.code; } }
    results.length`;
  assert.equal(bareEval(script), "69");
});

test("searches find what a comparison at each position finds", () => {
  const result = bareEval(`
    const { indexOfBuffer } = internalBinding("buffer");
    const LATIN1 = 4, UTF16 = 3;
    let seed = 7;
    const random = (n) => { seed = (seed * 1103515245 + 12345) % 2147483648; return (seed >> 8) % n; };
    const text = (length, letters) => Uint8Array.from({ length }, () => 97 + random(letters));
    const naive = (haystack, needle, start, forward, unit) => {
      const last = haystack.length - needle.length;
      for (let at = forward ? start : Math.min(start, last); at >= 0 && at <= last; at += forward ? unit : -unit)
        if (needle.every((byte, i) => haystack[at + i] === byte)) return at;
      return -1;
    };
    const wrong = [];
    for (let i = 0; i < 20000; i++) {
      const letters = 1 + random(3), unit = 1 + random(2), forward = random(2) === 0;
      const haystack = text(unit * (1 + random(60)), letters), needle = text(unit * (1 + random(random(2) ? 4 : 30)), letters);
      const start = unit * random(haystack.length / unit);
      const found = indexOfBuffer(haystack, needle, start, unit === 1 ? LATIN1 : UTF16, forward);
      const expected = naive(haystack, needle, start, forward, unit);
      if (found !== expected) wrong.push([haystack.join(), needle.join(), start, unit, forward, found, expected].join(" "));
    }
    wrong.length + " " + (wrong[0] ?? "")`);
  assert.equal(result, "0 ");
});
