const util = require("node:util");
const { inspect } = util;
const circular = { name: "c", list: [] };
circular.self = circular;
circular.list.push(circular, { back: circular });
console.log(circular);
console.log(
  new Date(NaN),
  new Date(86400000),
  [new Date(0)],
  Object.assign(new Date(0), { x: 1 }),
  /re/giu,
  Object.assign(/x/, { a: 1 }),
  new RegExp(""),
  globalThis === global,
  Math,
  JSON,
  Reflect,
  Atomics,
  Intl,
  WebAssembly,
);
console.log(
  Promise.resolve(1),
  Promise.reject(new Error("x")).catch(() => {}) && 0,
  new Promise(() => {}),
  (async () => ({ a: 1 }))(),
  new Proxy({ a: 1 }, {}),
  inspect(new Proxy({ a: 1 }, { get: () => 5 }), { showProxy: true }),
  new Proxy([1], {}),
  inspect(new Proxy(class A {}, {}), { showProxy: 1 }),
);
const rejected = Promise.reject(3);
rejected.catch(() => {});
console.log(rejected);
console.log(
  { "quoted-key": 1, valid_key: 2, 3: 3, "4a": 4, [Symbol("sym")]: 5, "it's": 6, "": 7 },
  Object.defineProperty({}, "hidden", { value: 1 }),
  inspect(Object.defineProperty({}, "hidden", { value: 1 }), { showHidden: true }),
);
console.log(
  {
    [util.inspect.custom]: (depth, options, inspectFunction) =>
      `custom ${depth} ${options.stylize("x", "number")} ${inspectFunction === inspect}`,
  },
  { [util.inspect.custom]: () => ({ replaced: true }) },
  { nested: { [util.inspect.custom]: () => "multi\nline" } },
);
console.log(
  new (class {
    [Symbol.toStringTag] = "OwnTag";
  })(),
  new (class Named {
    get [Symbol.toStringTag]() {
      return "Other";
    }
  })(),
  { [Symbol.toStringTag]: "Literal" },
  { constructor: "weird" },
  { constructor: { name: "Fake" } },
  Object.create({ constructor: function Weird() {} }),
);
console.log(
  (function* () {})(),
  (async function* () {})(),
  new WeakRef({ target: 1 }),
  new FinalizationRegistry(() => {}),
  new AbortController().signal,
  new TextEncoder(),
  new TextDecoder(),
  new Intl.NumberFormat("en") instanceof Intl.NumberFormat,
);
console.log(
  inspect({ a: { b: { c: { d: 1 } } } }, { depth: 1 }),
  inspect({ a: { b: { c: { d: 1 } } } }, { depth: Infinity }),
  inspect({ b: 1, a: 2, c: { z: 1, y: 2 } }, { sorted: true }),
  inspect({ a: 1, b: { c: 2 } }, { compact: false }),
  inspect({ a: [1, 2, [3]], s: "t" }, { breakLength: 5 }),
  inspect({ a: 1n, b: "s" }, { colors: true }),
);
