// The doors to the runtime's insides that programs know: open or shut as in Node.
const Module = require("node:module");
const assertReach = (name, reach) => {
  try {
    const value = reach();
    console.log(name, typeof value, value === null ? "" : typeof value === "object" ? Object.keys(value).length > 0 : "");
  } catch (error) {
    console.log(name, error.name, error.code, error.message.split("\n")[0].replace(/'[^']*reach\.cjs'/, "'…'"));
  }
};
process.removeAllListeners("warning");
process.on("warning", () => {});
const bindings = [
  ..."async_wrap buffer cares_wrap config constants contextify crypto fs fs_event_wrap http_parser icu inspector".split(" "),
  ..."js_stream natives os pipe_wrap process_wrap signal_wrap spawn_sync stream_wrap tcp_wrap tls_wrap tty_wrap".split(" "),
  ..."udp_wrap url util uv v8 zlib builtins module_wrap messaging worker options credentials errors task_queue".split(" "),
  ..."secure_exec_values native engine kernel zygote host __proto__ constructor toString".split(" "),
];
for (const name of bindings) {
  // Which of them are there, not what is in them.
  let found = "there";
  try {
    process.binding(name);
  } catch (error) {
    found = `${error.code} ${error.message}`;
  }
  console.log(name, found);
}
for (const id of ["internal/bootstrap/realm", "node:internal/util", "internal/test/binding", "internal/options", "node:nowhere", "natives"]) {
  assertReach(`require ${id}`, () => require(id));
  assertReach(`_load ${id}`, () => Module._load(id, module, false));
  assertReach(`getBuiltinModule ${id}`, () => process.getBuiltinModule(id));
  assertReach(`createRequire ${id}`, () => Module.createRequire(__filename)(id));
  assertReach(`isBuiltin ${id}`, () => Module.isBuiltin(id));
}
assertReach("_linkedBinding", () => process._linkedBinding("nowhere"));
assertReach("internalBinding", () => internalBinding);
assertReach("primordials", () => primordials);
assertReach("native", () => native);
assertReach("mainModule", () => process.mainModule === module);
assertReach("constructor", () => module.constructor === Module);
assertReach("children", () => module.constructor._load("fs", null, true) === require("fs"));
assertReach("the function of a function", () => new (require("fs").statSync.constructor)("return typeof internalBinding + typeof require")());
assertReach("eval of a builtin's scope", () => (0, eval)("typeof internalBinding"));
assertReach("async constructor", () => (async () => {}).constructor("return typeof primordials")() instanceof Promise);
console.log(Object.keys(process).filter((name) => /binding|native|kernel|engine|secure/i.test(name)).join());
console.log(Reflect.ownKeys(globalThis).filter((name) => /native|kernel|engine|secure|syscall|internal|primordial/i.test(String(name))).join());
