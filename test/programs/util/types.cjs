const { types } = require("node:util");
const values = {
  date: new Date(),
  regexp: /x/,
  map: new Map(),
  set: new Set(),
  weakMap: new WeakMap(),
  weakSet: new WeakSet(),
  promise: Promise.resolve(),
  proxy: new Proxy({}, {}),
  generator: (function* () {})(),
  generatorFunction: function* () {},
  asyncFunction: async () => {},
  error: new Error("x"),
  arguments: (function () {
    return arguments;
  })(),
  number: Object(1),
  string: Object("s"),
  symbol: Object(Symbol()),
  bigint: Object(1n),
  boolean: Object(true),
  arrayBuffer: new ArrayBuffer(1),
  shared: new SharedArrayBuffer(1),
  view: new DataView(new ArrayBuffer(1)),
  uint8: new Uint8Array(1),
  float32: new Float32Array(1),
  bigArray: new BigInt64Array(1),
  mapIterator: new Map().keys(),
  setIterator: new Set().values(),
  plain: {},
  nil: null,
  url: new URL("http://x"),
  crypto: crypto.subtle,
  fake: { [Symbol.toStringTag]: "Map", __proto__: Map.prototype },
};
for (const [name, value] of Object.entries(values))
  console.log(
    name,
    Object.keys(types)
      .filter((check) => check.startsWith("is") && types[check](value))
      .join(),
  );
console.log(Object.keys(types).sort().join());
