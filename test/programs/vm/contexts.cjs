const vm = require("node:vm");
const sandbox = { x: 2, list: [1] };
vm.createContext(sandbox);
console.log(
  vm.runInContext("x * 21", sandbox),
  vm.runInContext("var y = x + 1; globalThis.z = 3; this.w = 4; let hidden = 5; y", sandbox),
  sandbox,
  vm.isContext(sandbox),
  vm.isContext({}),
);
console.log(
  vm.runInContext("hidden + typeof process + typeof console + typeof require", sandbox),
  vm.runInContext("Array", sandbox) === Array,
  vm.runInContext("[] instanceof Array", sandbox),
  vm.runInContext("list instanceof Array", sandbox),
  vm.runInNewContext("a + b", { a: 1, b: 2 }),
  vm.runInThisContext("typeof globalThis.process"),
);
vm.runInContext(
  "Object.defineProperty(this, 'ro', { value: 1 }); delete this.x; function declared() { return typeof x }",
  sandbox,
);
console.log(sandbox.x, sandbox.ro, Object.keys(sandbox), sandbox.declared());
const script = new vm.Script("counter = (typeof counter === 'number' ? counter : 0) + 1", {
  filename: "counter.js",
  lineOffset: 10,
});
console.log(
  script.runInContext(sandbox),
  script.runInContext(sandbox),
  script.runInNewContext(),
  script instanceof vm.Script,
);
for (const [code, options] of [
  ["syntax error here", { filename: "bad.js" }],
  ["throw new Error('inside')", { filename: "throws.js" }],
  ["while (true);", { timeout: 20 }],
  ["null.x", "by-name.js"],
  ["undeclared", {}],
  ["'use strict'; undeclared = 1", {}],
]) {
  try {
    vm.runInContext(code, sandbox, options);
  } catch (error) {
    console.log(error.name, error.code, error.message, error instanceof Error, error.stack.split("\n")[0]);
  }
}
const frozen = vm.createContext(Object.freeze({ a: 1 }));
console.log(
  vm.runInContext("a = 2; a", frozen),
  vm.runInContext("'use strict'; try { a = 2 } catch (e) { e.message }", frozen),
);
const proxied = vm.createContext(
  new Proxy(
    {},
    {
      get: (target, key) => (typeof key === "string" && key.startsWith("p") ? `proxied ${key}` : target[key]),
      has: (_target, key) => typeof key === "string" && key.startsWith("p"),
    },
  ),
);
console.log(vm.runInContext("pValue", proxied));
const noStrings = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } });
try {
  vm.runInContext("eval('1')", noStrings);
} catch (error) {
  console.log(error.name, error.message);
}
console.log(vm.runInContext("globalThis", vm.createContext(vm.constants.DONT_CONTEXTIFY)) !== globalThis);
