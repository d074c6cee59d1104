import assert from "node:assert/strict";
import { test } from "node:test";
import v8 from "node:v8";
import { assertSameAsNode, bareEval } from "./bare.ts";

const SETUP = `
const s = internalBinding("serdes");
const write = (...steps) => { const out = new s.Serializer(); out._getDataCloneError = Error; for (const step of steps) step(out); return new Uint8Array(out.releaseBuffer()); };
const read = (bytes) => new s.Deserializer(Uint8Array.from(bytes));
class Writer extends s.Serializer {}
Writer.prototype._getDataCloneError = RangeError;
class Reader extends s.Deserializer {}
`;

test("the classes behave as Node's", () => {
  assertSameAsNode(SETUP, [
    "write((o) => o.writeHeader())",
    "write((o) => o.writeHeader(), (o) => o.writeValue({ a: [1, 'x', 2n, null, undefined, new Date(3)] }))",
    "write((o) => o.writeUint32(300), (o) => o.writeUint64(1, 2), (o) => o.writeDouble(0.5), (o) => o.writeRawBytes(new Uint8Array([9, 8])))",
    "write((o) => o.writeUint32('7'), (o) => o.writeUint32(-1), (o) => o.writeDouble('x'))",
    "write((o) => o.writeRawBytes(1))",
    "write((o) => o.writeUint32(Symbol()))",
    "write((o) => o.writeValue(() => {}))",
    "write((o) => o.transferArrayBuffer(0, 1))",
    "write((o) => { const b = new ArrayBuffer(4); o.transferArrayBuffer(7, b); o.writeValue({ b }); })",
    "new Writer().writeValue(Symbol('q'))",
    "(() => { const w = new Writer(); w._setTreatArrayBufferViewsAsHostObjects(true); w._writeHostObject = (v) => w.writeUint32(v.length); w.writeValue([new Uint8Array(5)]); return new Uint8Array(w.releaseBuffer()); })()",
    "(() => { const w = new Writer(); w._setTreatArrayBufferViewsAsHostObjects(true); w.writeValue(new Uint8Array(5)); })()",
    "(() => { const w = new Writer(); w._getSharedArrayBufferId = () => 5; w.writeValue(new SharedArrayBuffer(5)); return new Uint8Array(w.releaseBuffer()); })()",
    "(() => { const w = new Writer(); w.releaseBuffer(); w.writeUint32(1); return new Uint8Array(w.releaseBuffer()); })()",
    "s.Serializer()",
    "s.Deserializer(new Uint8Array(1))",
    "new s.Deserializer()",
    "new s.Deserializer({})",
    "new s.Deserializer(new ArrayBuffer(1))",
    "s.Serializer.prototype.writeValue.call({}, 1)",
    "read([255, 15]).readHeader()",
    "read([]).readHeader()",
    "read([255, 99]).readHeader()",
    "(() => { const d = read([255, 15, 73, 20]); d.readHeader(); return [d.getWireFormatVersion(), d.readValue()]; })()",
    "read([172, 2]).readUint32()",
    "read([172]).readUint32()",
    "read([130, 128, 128, 128, 16]).readUint64()",
    "read([0, 0, 0, 0, 0, 0, 224, 63]).readDouble()",
    "read([1]).readDouble()",
    "read([1, 2, 3])._readRawBytes(2)",
    "read([1, 2, 3])._readRawBytes(4)",
    "read([1, 2, 3])._readRawBytes(-1)",
    "read([1, 2, 3])._readRawBytes({})",
    "read([1]).transferArrayBuffer(1, {})",
    "(() => { const d = read([255, 15, 116, 3]); const b = new ArrayBuffer(1); d.transferArrayBuffer(3, b); d.readHeader(); return d.readValue() === b; })()",
    "(() => { const d = read([255, 15, 92, 3]); d._readHostObject = () => ({ id: d.readUint32() }); d.readHeader(); return d.readValue(); })()",
    "(() => { const d = read([255, 15, 92, 3]); d._readHostObject = () => 1; d.readHeader(); return d.readValue(); })()",
    "(() => { const d = read([255, 15, 92, 3]); d._readHostObject = () => { throw new TypeError('mine'); }; d.readHeader(); return d.readValue(); })()",
    "(() => { const d = read([255, 15, 92, 3]); d.readHeader(); return d.readValue(); })()",
    "(() => { const bytes = new Uint8Array([1]); return new s.Deserializer(bytes).buffer === bytes; })()",
  ]);
});

test("a guest that changes or takes away the memory under a deserializer reads what was there", () => {
  assert.equal(
    bareEval(`${SETUP}
      const memory = new ArrayBuffer(64, { maxByteLength: 64 });
      const bytes = new Uint8Array(memory);
      bytes.set(write((o) => o.writeHeader(), (o) => o.writeValue("a text that stays")));
      const d = new s.Deserializer(bytes);
      d.readHeader();
      memory.resize(0);
      internalBinding("messaging").structuredClone(0, { transfer: [memory] });
      d.readValue()`),
    "a text that stays",
  );
});

test("an unfinished array stays out of the guest's reach", () => {
  // A dense array of 2 whose first element is a host object, whose reading asks for the array itself.
  assert.equal(
    bareEval(`${SETUP}
      const d = read([255, 15, 65, 2, 92, 94, 0, 73, 2, 36, 0, 2]);
      d._readHostObject = () => d.readValue();
      d.readHeader();
      try { d.readValue(); } catch (error) { error.code }`),
    "ERR_INVALID_STATE",
  );
});

test("garbage throws or yields some value, whatever it is", () => {
  const script = `${SETUP}
    const samples = [[1, -1, 0.5, "text", "t\\u1234", 2n ** 70n, null, undefined, true], { a: { b: new Map([[1, new Set([2])]]) } },
      [new Date(1), /x/g, new Error("e", { cause: 1 }), Object("s"), Object(1n)], [, 1, , 2], new Float64Array(3), new DataView(new ArrayBuffer(9)),
      new ArrayBuffer(3, { maxByteLength: 9 })];
    let seed = SEED;
    const random = (n) => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % n; };
    let outcomes = 0;
    for (let round = 0; round < 4000; round++) {
      const bytes = write((o) => o.writeHeader(), (o) => o.writeValue(samples[round % samples.length]));
      for (let i = random(4) + 1; i > 0; i--) bytes[random(bytes.length)] = random(3) === 0 ? 255 : random(256);
      const cut = random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
      const d = new Reader(cut);
      d._readHostObject = () => { d.readUint32(); return random(2) ? {} : new Uint8Array(2); };
      try { d.readHeader(); d.readValue(); d.readValue(); } catch {}
      outcomes++;
    }
    outcomes`;
  for (const seed of [1, 77, 4242]) assert.equal(bareEval(script.replace("SEED", String(seed))), "4000");
});

const VALUES = 'const v = internalBinding("secure_exec_values");';

test("values of the runtime are those of v8.serialize and v8.deserialize", () => {
  const source = `(() => {
    const shared = { deep: [1, 2] };
    const value = { text: "ü€", big: -(2n ** 65n), date: new Date(7), map: new Map([["k", new Set([1])]]), re: /a/gi, und: undefined, nan: NaN, neg: -0,
      error: Object.assign(new RangeError("bad"), { ignored: 1 }), holes: [, 1], first: shared, second: shared, bytes: new Uint8Array([1, 2, 3]).subarray(1),
      floats: new Float64Array([0.5]), bigs: new BigInt64Array([-1n]), view: new DataView(new ArrayBuffer(2), 1), buffer: new Uint8Array([7]).buffer, clamped: new Uint8ClampedArray([255]) };
    value.self = value;
    return value;
  })()`;
  const hex = bareEval(`${VALUES} [...v.serialize(${source})].map((b) => b.toString(16).padStart(2, "0")).join("")`);
  const value = v8.deserialize(Buffer.from(hex, "hex"));
  assert.equal(value.self, value);
  assert.equal(value.first, value.second);
  assert.ok(value.error instanceof RangeError);
  assert.deepEqual([...value.bytes], [2, 3]);
  assert.equal(value.bytes.constructor, Uint8Array);
  assert.deepEqual(
    [
      value.text,
      value.big,
      value.date.getTime(),
      value.map.get("k").has(1),
      value.re.flags,
      "und" in value,
      value.floats[0],
      value.bigs[0],
      value.view.byteLength,
    ],
    ["ü€", -(2n ** 65n), 7, true, "gi", true, 0.5, -1n, 1],
  );

  const written = [
    ...v8.serialize({
      a: new Uint16Array([1, 513]),
      b: Buffer.from("hi"),
      c: [new Map([[1, 2]])],
      d: new Error("from outside"),
    }),
  ];
  assert.equal(
    bareEval(`${VALUES} const r = v.deserialize(new Uint8Array(${JSON.stringify(written)}));
      [r.a.constructor.name, ...r.a, ...r.b, r.c[0].get(1), r.d.message].join()`),
    "Uint16Array,1,513,104,105,2,from outside",
  );
});

test("values that only live in a process, and bytes that are none, are errors", () => {
  const report = bareEval(`${VALUES}
    const { privateSymbols } = internalBinding("util");
    const fails = (fn) => { try { fn(); return "nothing thrown"; } catch (error) { return error.name + (error.code ? " " + error.code : "") ; } };
    [() => v.serialize(() => {}), () => v.serialize(Symbol()), () => v.serialize(new SharedArrayBuffer(1)), () => v.serialize(new (internalBinding("messaging").MessageChannel)().port1),
      () => v.serialize({ [privateSymbols.transfer_mode_private_symbol]: 2 }), () => v.serialize({ get a() { throw new SyntaxError("mine"); } }),
      () => v.serialize(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))),
      () => v.deserialize(new Uint8Array([1, 2, 3])), () => v.deserialize(new Uint8Array([255, 15, 92, 3, 255, 255, 255, 255, 15])), () => v.deserialize(new Uint8Array([255, 15, 92, 99, 0])),
      () => v.deserialize(new Uint8Array([255, 15, 92, 4, 3, 1, 2, 3])), () => v.deserialize(1), () => v.deserialize(new Uint8Array())].map(fails).join("; ")`);
  assert.equal(
    report,
    [
      ...Array(5).fill("DataCloneError 25"),
      "SyntaxError",
      "DataCloneError 25",
      "Error",
      ...Array(3).fill("Error ERR_INVALID_ARG_VALUE"),
      "TypeError ERR_INVALID_ARG_TYPE",
      "Error",
    ].join("; "),
  );
});
