const { inspect } = require("node:util");
const map = new Map([
  ["a", 1],
  [{ k: 1 }, new Set([1, [2]])],
]);
map.extra = "property";
map.set("self", map);
console.log(
  map,
  new Set(),
  new Map(),
  new WeakMap(),
  new WeakSet([{}]),
  map.entries(),
  new Set([1]).values(),
  [1, 2][Symbol.iterator](),
  "text"[Symbol.iterator](),
  "a".matchAll(/a/g),
);
console.log(
  [, 1, , , 4],
  [undefined, null],
  Object.assign([1, 2], { key: "value", [-1]: "negative" }),
  new Array(3),
  Array.from({ length: 120 }, (_, i) => i),
  [[[[[]]]]],
  [["a", ["b", ["c", ["d"]]]]],
);
console.log(
  inspect(new WeakSet([{ shown: true }]), { showHidden: true }),
  inspect(new Map([[1, 2]]).keys()),
  inspect(new Set(Array(200).keys()), { maxArrayLength: 3 }),
  inspect([1, 2, 3], { maxArrayLength: 0 }),
  inspect("abcdef".split(""), { maxArrayLength: null }),
);
console.log(
  new (class extends Map {
    constructor() {
      super([["x", 1]]);
    }
  })(),
  new (class Stack extends Array {})(1, 2),
  Object.create(null),
  Object.create({ inherited: 1 }),
  Object.create(Array.prototype),
  Object.create(Object.create(null, { [Symbol.toStringTag]: { value: "Tagged" } })),
);
console.log(
  ["short", "strings", "are", "aligned", "in", "columns", "when", "many"],
  [1.5, 22, 333, 4444, 55555, 666666, 7777777],
  [true, false, true, false, true, false, true],
  { a: "x".repeat(60), b: "y".repeat(30) },
);
console.log(
  new Int8Array(3),
  new Float64Array([1.5, NaN]),
  new Uint8Array(0),
  new BigUint64Array(1),
  Object.assign(new Uint16Array(2), { extra: 1 }),
);
