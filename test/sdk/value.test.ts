import assert from "node:assert/strict";
import { test } from "node:test";
import { serialize } from "node:v8";
import { deserializeValue, serializeValue } from "../../src/sdk/value.ts";

const VALUE = {
  list: [1, "text", 2n ** 80n, null, undefined, new Date(0), /x/g],
  map: new Map<unknown, unknown>([["k", new Set([1])]]),
  views: [new Uint8Array(3), new Float64Array([1.5]), new DataView(new ArrayBuffer(2)), Buffer.from("node")],
  error: new TypeError("bad"),
};

test("values come back as they were, and as node:v8 writes them", () => {
  assert.deepEqual(deserializeValue(serializeValue(VALUE)), VALUE);
  assert.deepEqual(deserializeValue(serialize(VALUE)), VALUE);
});

test("what can't be cloned is a DataCloneError", () => {
  for (const value of [() => {}, Symbol("s"), { deep: [new Proxy({}, {})] }, new WeakMap()]) {
    assert.throws(() => serializeValue(value), { name: "DataCloneError" });
  }
});

test("malformed bytes are an error with a code, whatever they are", () => {
  const valid = serializeValue(VALUE);
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const mutate = () => {
    const bytes = valid.slice(0, 1 + random(valid.length));
    for (let i = random(8); i >= 0; i--) bytes[random(bytes.length)] = random(256);
    return bytes;
  };
  for (const bytes of [new Uint8Array(0), new Uint8Array([0xff, 0xff]), ...Array.from({ length: 5000 }, mutate)]) {
    try {
      deserializeValue(bytes);
    } catch (error: any) {
      assert.equal(error.code, "ERR_INVALID_RETURN_VALUE", error.stack);
    }
  }
});
