const vm = require("node:vm");
const sum = vm.compileFunction("return a + b + offset", ["a", "b"], {
  parsingContext: undefined,
  contextExtensions: [{ offset: 100 }],
  filename: "sum.js",
});
console.log(sum(1, 2), sum.name, sum.length);
try {
  vm.compileFunction("return throw", [], { filename: "bad-function.js" });
} catch (error) {
  console.log(error.name, error.message, error.stack.split("\n")[0]);
}
const cached = new vm.Script("40 + 2", { produceCachedData: true });
const data = cached.createCachedData();
const reused = new vm.Script("40 + 2", { cachedData: data });
console.log(
  data.length > 0,
  reused.cachedDataRejected,
  reused.runInThisContext(),
  new vm.Script("41 + 2", { cachedData: Buffer.from("junk") }).cachedDataRejected,
);
for (const fail of [
  () => new vm.Script("x", { filename: 5 }),
  () => vm.runInContext("x", {}),
  () => vm.createContext("x"),
  () => new vm.Script("1").runInThisContext({ timeout: 0 }),
  () => vm.compileFunction(1),
  () => new vm.Script("1", { importModuleDynamically: 1 }),
]) {
  try {
    fail();
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
const context = vm.createContext({ log: console.log, setTimeout });
vm.runInContext("Promise.resolve().then(() => log('microtask in the context')); log('sync')", context);
const own = vm.createContext({ log: console.log }, { microtaskMode: "afterEvaluate" });
vm.runInContext("Promise.resolve().then(() => log('after evaluate'))", own);
console.log("end of main");
vm.runInThisContext("import('fs')").catch((error) => console.log(error.code));
vm.runInThisContext("import('node:path')", {
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}).then((path) => console.log(path.sep));
