import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSameAsNode, bareEval } from "./bare.ts";

const SETUP = `
const b = internalBinding("blob");
const bytes = (...list) => Uint8Array.from(list);
const read = (blob) => { const parts = []; const reader = blob.getReader(); for (let more = true; more;) reader.pull((status, data) => { more = status === 1; if (data !== undefined) parts.push([...new Uint8Array(data)].join()); else if (status !== 1) parts.push(status); }); return parts; };
const fails = (fn) => { try { fn(); return "nothing thrown"; } catch (error) { return error.code ?? error.name; } };
`;

test("blobs are made, sliced, joined and read as Node's", () => {
  assertSameAsNode(SETUP, [
    "read(b.createBlob([], 0))",
    "read(b.createBlob([bytes(1, 2), bytes(3)], 3))",
    "(() => { const inner = b.createBlob([bytes(1, 2, 3)], 3); return read(b.createBlob([bytes(9), inner, inner], 7)); })()",
    "(() => { const blob = b.createBlob([bytes(1, 2, 3), bytes(4, 5, 6)], 6); return [read(blob.slice(1, 5)), read(blob.slice(2, 3)), read(blob.slice(0, 0)), read(blob.slice(1, 5).slice(1, 3)), read(blob)]; })()",
    "(() => { const source = bytes(1); b.createBlob([source], 1); return source.length; })()",
    "[...new Uint8Array(b.concat([bytes(1, 2), bytes(3).buffer, new DataView(bytes(4, 5).buffer, 1)]))]",
    "b.concat([]).byteLength",
    "(() => { b.storeDataObject('id', b.createBlob([bytes(7)], 1), 1, 'text/plain'); const [handle, ...rest] = b.getDataObject('id'); return [read(handle), ...rest]; })()",
    "(() => { b.storeDataObject('gone', b.createBlob([bytes(7)], 1), 1, ''); b.revokeObjectURL('blob:nodedata:gone'); return b.getDataObject('gone'); })()",
    "b.getDataObject('never')",
  ]);
});

test("a clone shares the bytes", () => {
  assert.equal(
    bareEval(
      `${SETUP} const { structuredClone } = internalBinding("messaging"); read(structuredClone({ blob: b.createBlob([bytes(1, 2)], 2) }).blob).join("|")`,
    ),
    "1,2|0",
  );
});

test("hostile arguments are errors", () => {
  const report = JSON.parse(
    bareEval(`${SETUP}
      const blob = b.createBlob([bytes(1, 2, 3)], 3);
      const gone = bytes(1); internalBinding("messaging").structuredClone(0, { transfer: [gone.buffer] });
      const twice = bytes(1, 2);
      const evil = [bytes(1)]; Object.defineProperty(evil, 0, { get() { evil.length = 0; throw new SyntaxError(); } });
      JSON.stringify([() => b.createBlob(), () => b.createBlob([1]), () => b.createBlob([{}]), () => b.createBlob(evil), () => b.createBlob([gone], 1), () => b.createBlob([twice, twice], 4),
        () => b.createBlob([new Uint8Array(new SharedArrayBuffer(2))]), () => b.createBlob([new Uint8Array(new ArrayBuffer(2, { maxByteLength: 4 }))]),
        () => blob.slice(-1, Infinity), () => blob.slice(NaN, {}), () => blob.slice(5, 2), () => blob.slice(2 ** 60, 2 ** 70), () => blob.slice.call({}), () => new blob.constructor(),
        () => blob.getReader().pull(), () => blob.getReader().pull(() => { throw new RangeError(); }), () => b.concat([1]), () => b.concat(), () => b.storeDataObject("x", {}, 1, ""),
        () => b.storeDataObject(1), () => b.getDataObject({}), () => b.revokeObjectURL(Symbol()), () => b.createBlobFromFilePath("/etc/passwd")].map(fails))`),
  );
  assert.deepEqual(report, [
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "SyntaxError",
    "nothing thrown",
    "nothing thrown",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "nothing thrown",
    "nothing thrown",
    "nothing thrown",
    "nothing thrown",
    "TypeError",
    "ERR_CONSTRUCT_CALL_INVALID",
    "ERR_INVALID_ARG_TYPE",
    "RangeError",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
  ]);
});
