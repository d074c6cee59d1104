import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSameAsNode, bareEval } from "./bare.ts";

const SETUP = `
const make = (size, max) => new ArrayBuffer(size, { maxByteLength: max });
const share = (size, max) => new SharedArrayBuffer(size, { maxByteLength: max });
const resized = (buffer, ...args) => { const result = buffer.resize(...args); return [result ?? null, buffer.byteLength]; };
const grown = (buffer, ...args) => { const result = buffer.grow(...args); return [result ?? null, buffer.byteLength]; };
`;

test("resize and grow behave and look as in V8", () => {
  const lengths = [
    "",
    "0",
    "5",
    "10",
    "20",
    "21",
    "-1",
    "NaN",
    "'7'",
    "2.9",
    "Infinity",
    "2 ** 53",
    "{ valueOf() { return 12; } }",
    "{ valueOf() { throw new RangeError('mine'); } }",
    "Symbol()",
    "5n",
    "null",
  ];
  assertSameAsNode(SETUP, [
    ...lengths.flatMap((length) => [
      `resized(make(10, 20)${length && `, ${length}`})`,
      `grown(share(10, 20)${length && `, ${length}`})`,
      `resized(new ArrayBuffer(10)${length && `, ${length}`})`,
    ]),
    "(() => { const b = make(10, 20); return resized(b, { valueOf() { b.transfer(); return 12; } }); })()",
    "(() => { const b = make(10, 20); return resized(b, { valueOf() { b.resize(0); return 12; } }); })()",
    "ArrayBuffer.prototype.resize.call(share(1, 2), 2)",
    "SharedArrayBuffer.prototype.grow.call(make(1, 2), 2)",
    "ArrayBuffer.prototype.resize.call({}, 2)",
    "new ArrayBuffer.prototype.resize(1)",
    ...["ArrayBuffer.prototype, 'resize'", "SharedArrayBuffer.prototype, 'grow'"].flatMap((where) => [
      `(({ value, ...rest }) => [rest, value.name, value.length, "prototype" in value, String(value)])(Object.getOwnPropertyDescriptor(${where}))`,
    ]),
  ]);
});

test("the genuine method is used whatever guest code does to the globals", () => {
  const script = `${SETUP}
    const resize = ArrayBuffer.prototype.resize;
    const buffer = make(1, 9);
    globalThis.ArrayBuffer = { get prototype() { throw 1; } };
    Object.setPrototypeOf(buffer, null);
    resize.call(buffer, 9);
    const view = new Uint8Array(buffer).length;
    view`;
  assert.equal(bareEval(script), "9");
});
