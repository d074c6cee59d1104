// No object that the runtime hands out is a proxy that Node has not, whose handler could be looked at.
const util = require("node:util");
const { builtinModules } = require("node:module");
process.removeAllListeners("warning");
process.on("warning", () => {});
process.on("unhandledRejection", () => {});

const seen = new Set();
const found = [];
function visit(value, path, depth) {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return;
  if (seen.has(value)) return;
  seen.add(value);
  if (util.types.isProxy(value)) found.push(path);
  if (depth === 0) return;
  for (const key of Reflect.ownKeys(value)) {
    let member;
    try {
      const property = Reflect.getOwnPropertyDescriptor(value, key);
      member = "value" in property ? property.value : property.get.call(value);
    } catch {
      continue;
    }
    visit(member, `${path}.${String(key)}`, depth - 1);
  }
  visit(Reflect.getPrototypeOf(value), `${path}.__proto__`, depth - 1);
}
for (const name of builtinModules) {
  if (name.startsWith("_") || /inspector|sqlite|wasi|trace_events|cluster|worker_threads|child_process|^repl$/.test(name)) continue;
  try {
    visit(require(name), name, 5);
  } catch {}
}
visit(globalThis, "globalThis", 6);
visit(module, "module", 4);
visit(require, "require", 4);
console.log(found.sort().join("\n"));
for (const what of [process.env, process.argv, process.release, globalThis, WebAssembly, process.features, process.config]) {
  console.log(util.types.isProxy(what), util.inspect(what, { showProxy: true, depth: -1 }).length);
}
