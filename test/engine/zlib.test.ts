import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { assertSameAsNode, bareEval, nodeEval } from "./bare.ts";

// Drives the handles as Node's lib does. `run` gives the output (or a digest of a long one), the error event and what
// is left over; `text` and `noise` make input that compresses well or not at all.
const SETUP = `
const z = internalBinding("zlib");
const [DEFLATE, INFLATE, GZIP, GUNZIP, DEFLATERAW, INFLATERAW, UNZIP] = [1, 2, 3, 4, 5, 6, 7];
const [BROTLI_DECODE, BROTLI_ENCODE] = [8, 9];
const text = (size) => Uint8Array.from({ length: size }, (_, i) => 97 + ((i * i) >> 7) % 23);
const noise = (size) => { let s = 1; return Uint8Array.from({ length: size }, () => (s = (Math.imul(s, 1103515245) + 12345) & 0x7fffffff) >> 16); };
const params = (entries, size) => { const list = new Uint32Array(size).fill(-1); for (const [key, value] of entries) list[key] = value; return list; };
const open = (kind, options = {}) => {
  const state = new Uint32Array(2);
  let handle;
  const done = () => handle.done();
  if (typeof kind === "number" && kind <= UNZIP) {
    handle = new z.Zlib(kind);
    const { bits = kind % 2 === 1 ? 15 : 0, level = 6, mem = 8, strategy = 0, dictionary } = options;
    handle.init(bits || 15, level, mem, strategy, state, done, dictionary);
  } else if (typeof kind === "number") {
    handle = kind === BROTLI_ENCODE ? new z.BrotliEncoder(kind) : new z.BrotliDecoder(kind);
    handle.init(params(options.params ?? [], 10), state, done);
  } else {
    handle = new z[kind]();
    handle.init(params(options.params ?? [], 403), options.size, state, done, options.dictionary);
  }
  handle.state = state;
  handle.onerror = (...error) => { handle.error = error; };
  return handle;
};
const finish = (kind) => (kind <= UNZIP ? 4 : 2);
const pump = (handle, input, flush, room = 16384, out = new Uint8Array(room)) => {
  const output = [];
  let offset = 0;
  let left = input.length;
  for (;;) {
    handle.writeSync(flush, input, offset, left, out, 0, room);
    if (handle.error) break;
    const [free, rest] = handle.state;
    offset += left - rest;
    left = rest;
    output.push(out.slice(0, room - free));
    if (free > 0) break;
  }
  const all = new Uint8Array(output.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of output) { all.set(part, at); at += part.length; }
  return { output: all, left };
};
const run = (kind, input, options = {}) => {
  const handle = open(kind, options);
  const { output, left } = pump(handle, input, options.flush ?? finish(kind), options.room);
  handle.close();
  return { output, left, error: handle.error };
};
const show = ({ output, left, error }) => [output.length, z.crc32(output, 0), left, ...(output.length < 200 ? output : []), error ?? null];
const both = (compress, decompress, input, options, back = options) => {
  const packed = run(compress, input, options);
  const unpacked = run(decompress, packed.output, back);
  return [...show(packed), ...show(unpacked)];
};
`;

const pairs = [
  ["DEFLATE", "INFLATE"],
  ["GZIP", "GUNZIP"],
  ["GZIP", "UNZIP"],
  ["DEFLATE", "UNZIP"],
  ["DEFLATERAW", "INFLATERAW"],
  ["BROTLI_ENCODE", "BROTLI_DECODE"],
  ["'ZstdCompress'", "'ZstdDecompress'"],
];
const inputs = ["text(0)", "text(1)", "text(1000)", "noise(1000)", "text(100000)", "noise(100000)"];

test("all formats give Node's bytes, and read them back", () => {
  assertSameAsNode(
    SETUP,
    pairs.flatMap(([compress, decompress]) => inputs.map((input) => `both(${compress}, ${decompress}, ${input}, {})`)),
  );
});

test("input beyond one slice gives the same bytes as in one go", () => {
  assertSameAsNode(SETUP, [
    "both(GZIP, GUNZIP, text(3500000), {})",
    "both(DEFLATE, INFLATE, noise(2500000), { room: 300 << 10 })",
    "both(BROTLI_ENCODE, BROTLI_DECODE, text(2500000), { params: [[1, 5]] })",
    "both('ZstdCompress', 'ZstdDecompress', text(2500000), {})",
  ]);
});

test("options", () => {
  const cases: string[] = [];
  for (const level of [-1, 0, 1, 9])
    for (const strategy of [0, 1, 2, 3, 4])
      cases.push(`both(DEFLATE, INFLATE, text(20000), { level: ${level}, strategy: ${strategy} })`);
  for (const bits of [9, 12, 15]) cases.push(`both(GZIP, GUNZIP, text(20000), { bits: ${bits}, mem: 1 }, {})`);
  for (const mode of [
    "DEFLATE, INFLATE",
    "DEFLATERAW, INFLATERAW",
    "GZIP, GUNZIP",
    "'ZstdCompress', 'ZstdDecompress'",
  ]) {
    cases.push(`both(${mode}, text(2000), { dictionary: text(500) })`);
    cases.push(`both(${mode}, text(2000), { dictionary: text(500) }, {})`);
    cases.push(`both(${mode}, text(2000), { dictionary: text(500) }, { dictionary: noise(100) })`);
  }
  for (const list of [
    "[[1, 0]]",
    "[[1, 11], [2, 10]]",
    "[[0, 1]]",
    "[[5, 2000]]",
    "[[2, 99]]",
    "[[6, 1], [2, 25], [1, 1]]",
    "[[9, 1]]",
    "[[8, 999]]",
  ])
    cases.push(`both(BROTLI_ENCODE, BROTLI_DECODE, text(2000), { params: ${list} }, {})`);
  for (const list of [
    "[[100, 19]]",
    "[[100, -5]]",
    "[[201, 1]]",
    "[[101, 10]]",
    "[[101, 99]]",
    "[[99, 1]]",
    "[[160, 1]]",
  ])
    cases.push(`both('ZstdCompress', 'ZstdDecompress', text(20000), { params: ${list} }, {})`);
  cases.push("both('ZstdCompress', 'ZstdDecompress', text(2000), { size: 2000 }, {})");
  cases.push("both('ZstdCompress', 'ZstdDecompress', text(2000), { size: 7 }, {})");
  cases.push("both('ZstdCompress', 'ZstdDecompress', text(2000), { size: -1 }, {})");
  cases.push("both('ZstdCompress', 'ZstdDecompress', text(2000), { size: 7, flush: 0 }, {})");
  cases.push("both('ZstdCompress', 'ZstdDecompress', text(2000), {}, { params: [[100, 10]] })");
  cases.push("both('ZstdCompress', 'ZstdDecompress', text(2000), {}, { params: [[100, 99]] })");
  cases.push("both(BROTLI_ENCODE, BROTLI_DECODE, text(2000), {}, { params: [[1, 1]] })");
  cases.push("both(BROTLI_ENCODE, BROTLI_DECODE, text(2000), {}, { params: [[7, 1]] })");
  assertSameAsNode(SETUP, cases);
});

test("broken, truncated and trailing input", () => {
  const cases: string[] = [];
  for (const [compress, decompress] of pairs) {
    const packed = `run(${compress}, text(3000)).output`;
    for (const cut of [0, 1, 2, 5, 12, 30]) cases.push(`show(run(${decompress}, ${packed}.subarray(0, ${cut})))`);
    cases.push(`show(run(${decompress}, ${packed}.map((byte, i) => (i === 20 ? byte ^ 255 : byte))))`);
    cases.push(`show(run(${decompress}, noise(100)))`);
    cases.push(`show(run(${decompress}, Uint8Array.from([...${packed}, ...${packed}])))`);
    cases.push(`show(run(${decompress}, Uint8Array.from([...${packed}, 0, 0, 0])))`);
    cases.push(`show(run(${decompress}, Uint8Array.from([...${packed}, 7, 7, 7])))`);
    cases.push(`show(run(${decompress}, ${packed}, { flush: 0, room: 64 }))`);
  }
  assertSameAsNode(SETUP, cases);
});

test("flushes, reset and params in the middle of a stream", () => {
  const steps = (body: string) =>
    `(() => { const parts = []; const step = (h, ...args) => parts.push(...show({ ...pump(h, ...args), error: h.error })); ${body}; return parts; })()`;
  assertSameAsNode(SETUP, [
    ...[1, 2, 3, 4, 5].map((flush) =>
      steps(`const h = open(DEFLATE); step(h, text(500), ${flush}); step(h, text(500), 4)`),
    ),
    ...["DEFLATE", "GZIP", "DEFLATERAW"].map((mode) =>
      steps(`const h = open(${mode}); step(h, text(500), 2); h.params(0, 0); step(h, text(500), 4)`),
    ),
    ...["DEFLATE", "GZIP"].map((mode) => steps(`const h = open(${mode}); h.params(9, 2); step(h, text(500), 4)`)),
    ...["INFLATE", "GUNZIP"].map((mode) =>
      steps(`const h = open(${mode}); h.params(9, 2); step(h, run(${mode} - 1, text(500)).output, 4)`),
    ),
    ...["DEFLATE", "GZIP", "DEFLATERAW", "BROTLI_ENCODE", "'ZstdCompress'"].map((mode) =>
      steps(`const h = open(${mode}); step(h, text(500), 0); h.reset(); step(h, text(300), finish(${mode}))`),
    ),
    ...pairs.map(([compress, decompress]) =>
      steps(
        `const h = open(${decompress}); const data = run(${compress}, text(500)).output; step(h, data.subarray(0, 9), 0); h.reset(); step(h, data, 0)`,
      ),
    ),
    steps(
      "const h = open(UNZIP); const data = run(GZIP, text(500)).output; for (const byte of data) step(h, Uint8Array.of(byte), 0)",
    ),
    steps("const h = open(BROTLI_ENCODE); step(h, text(500), 1); step(h, text(500), 2)"),
    steps("const h = open('ZstdCompress'); step(h, text(500), 1); step(h, text(500), 2)"),
  ]);
});

test("crc32", () => {
  assertSameAsNode(SETUP, [
    "z.crc32('hello', 0)",
    "z.crc32('grüße', 7)",
    "z.crc32(text(1000), 4294967295)",
    "z.crc32(new DataView(text(9).buffer, 1, 3), 0)",
    "z.ZLIB_VERSION",
  ]);
});

test("an asynchronous write reports through the callback, later", async () => {
  const script = `${SETUP}
    const handle = open(GZIP);
    const input = text(5000);
    const out = new Uint8Array(9000);
    const events = [];
    const done = new Promise((resolve) => { handle.done = resolve; });
    handle.write(4, input, 0, input.length, out, 0, out.length);
    events.push("returned");
    try { handle.write(4, input, 0, 1, out, 0, 1); } catch (error) { events.push(error.code); }
    try { handle.reset(); } catch (error) { events.push(error.code); }
    handle.close();
    done.then(() => {
      try { handle.writeSync(4, input, 0, 1, out, 0, 1); } catch (error) { events.push("closed " + error.code); }
      return JSON.stringify([events, handle.state[1], [...out.subarray(0, out.length - handle.state[0])]]);
    })`;
  const [events, left, output] = JSON.parse(bareEval(script));
  assert.deepEqual(events, ["returned", "ERR_INVALID_STATE", "ERR_INVALID_STATE", "closed ERR_INVALID_STATE"]);
  assert.equal(left, 0);
  assert.equal(gunzipSync(Uint8Array.from(output)).length, 5000);
});

test("an asynchronous write of broken input calls onerror", () => {
  const script = `${SETUP}
    const handle = open(GUNZIP);
    const out = new Uint8Array(9);
    const failed = new Promise((resolve) => { handle.onerror = (...error) => resolve(JSON.stringify(error)); });
    handle.write(4, text(50), 0, 50, out, 0, 9);
    failed`;
  assert.deepEqual(JSON.parse(bareEval(script)), ["incorrect header check", -3, "Z_DATA_ERROR"]);
});

test("buffers that go away during an asynchronous write are an error, not a crash", () => {
  const script = `${SETUP}
    const outcomes = [];
    const attempt = (spoil, input, out) => new Promise((resolve) => {
      const handle = open(GZIP);
      handle.done = () => resolve("done");
      handle.onerror = (message, number, code) => resolve(code);
      handle.write(4, input, 0, input.length, out, 0, out.length);
      spoil();
    }).then((outcome) => outcomes.push(outcome));
    const resizable = () => new Uint8Array(new ArrayBuffer(5000, { maxByteLength: 5000 }));
    const all = async () => {
      for (const make of [resizable, () => text(5000)]) {
        let [input, out] = [make(), new Uint8Array(9000)];
        await attempt(() => input.buffer.transfer(), input, out);
        [input, out] = [text(5000), make()];
        await attempt(() => out.buffer.transfer(), input, out);
      }
      let [input, out] = [resizable(), resizable()];
      await attempt(() => { input.buffer.resize(10); }, input, out);
      input = resizable();
      await attempt(() => { out.buffer.resize(10); }, input, out);
      return outcomes.join();
    };
    all()`;
  assert.equal(bareEval(script), Array(6).fill("Z_BUF_ERROR").join());
});

test("shared memory works as input and output", () => {
  const script = `${SETUP}
    const input = new Uint8Array(new SharedArrayBuffer(4000));
    input.set(text(4000));
    const out = new Uint8Array(new SharedArrayBuffer(16384));
    const handle = open(GZIP);
    const { output } = pump(handle, input, 4, 16384, out);
    String(run(GUNZIP, output).output.every((byte, i) => byte === input[i]))`;
  assert.equal(bareEval(script), "true");
});

test("misuse of the handles throws", () => {
  const script = `${SETUP}
    const codes = {};
    const note = (fn) => { try { fn(); codes.returned = (codes.returned ?? 0) + 1; } catch (error) { codes[error.code ?? error.message] = (codes[error.code ?? error.message] ?? 0) + 1; } };
    const hostile = [undefined, null, -1, NaN, 1e300, 2 ** 32, "x", {}, [], Symbol(), 10n, () => {}, new Proxy({}, {}), new Uint8Array(5), new Uint32Array(1), new ArrayBuffer(3)];
    const classes = [["Zlib", 1], ["Zlib", 2], ["Zlib", 7], ["BrotliEncoder", 9], ["BrotliDecoder", 8], ["ZstdCompress"], ["ZstdDecompress"]];
    for (const [name, mode] of classes) {
      note(() => z[name](mode));
      for (const method of ["init", "write", "writeSync", "params", "reset", "close"]) {
        note(() => z[name].prototype[method].call({}));
        note(() => z[name].prototype[method].call(z[name].prototype));
        for (const value of hostile) {
          note(() => new z[name](mode)[method](value, value, value, value, value, value, value));
          const handle = open(mode ?? name, {});
          note(() => handle[method](value, new Uint8Array(3), value, value, new Uint8Array(3), 0, value));
          note(() => handle[method](0, new Uint8Array(3), 0, 3, new Uint8Array(3), value, value));
          note(() => handle[method](0, value, 0, 9, new Uint8Array(3), 0, 3));
          note(() => handle[method](0, new Uint8Array(3), 0, 3, value, 0, 3));
          note(() => handle[method](params([], 4096), value, new Uint32Array(2), () => {}, value));
        }
      }
    }
    for (const value of hostile) { note(() => new z.Zlib(value)); note(() => z.crc32(value, 0)); note(() => z.crc32("x", value)); }
    // A handle of one kind under the methods of another.
    note(() => z.BrotliEncoder.prototype.init.call(new z.Zlib(1), params([], 10), new Uint32Array(2), () => {}));
    note(() => z.Zlib.prototype.init.call(new z.ZstdCompress(), 15, 6, 8, 0, new Uint32Array(2), () => {}));
    Object.keys(codes).filter((code) => code !== "returned").sort().join()`;
  assert.equal(
    bareEval(script),
    "Bad argument,ERR_CONSTRUCT_CALL_REQUIRED,ERR_INVALID_ARG_TYPE,ERR_INVALID_ARG_VALUE,ERR_INVALID_STATE,ERR_OUT_OF_RANGE,Illegal invocation",
  );
});

test("zstd takes a number of workers, and starts no threads for it", () => {
  const script = `${SETUP} const packed = run("ZstdCompress", text(2000000), { params: [[400, 8]] }); String(run("ZstdDecompress", packed.output).output.length)`;
  assert.equal(bareEval(script), "2000000");
});

test("real gzip members are read", () => {
  const members = [...gzipSync("one "), ...gzipSync("two")];
  const script = `${SETUP} String.fromCharCode(...run(GUNZIP, Uint8Array.from(${JSON.stringify(members)})).output)`;
  assert.equal(bareEval(script), "one two");
  assert.equal(nodeEval(script), "one two");
});
