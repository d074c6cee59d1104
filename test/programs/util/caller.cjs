// What a sloppy function learns about who called it: nothing of the runtime, wherever it calls from.
const fs = require("node:fs");
const results = new Map();
let pending = 0;

function probe(name) {
  pending++;
  return function called() {
    const chain = [];
    for (let at = called.caller, i = 0; at && i < 10; i++) {
      chain.push(`${at.name}${/probeUser/.test(at) ? "" : " (a stranger)"}`);
      try {
        at = at.caller;
      } catch (error) {
        chain.push(error.name);
        break;
      }
    }
    let callee = "none";
    try {
      callee = arguments.callee === called;
    } catch (error) {
      callee = error.name;
    }
    if (!results.has(name)) results.set(name, `${chain.join(" < ")} ${callee} ${called.arguments?.length}`);
    return 0;
  };
}

function probeUser(fn) {
  fn();
}

probeUser(probe("user"));
const object = (name, key) => ({ [key]: probe(name) });
const attempts = {
  toString: () => fs.existsSync(object("toString", "toString")),
  toPrimitive: () => Buffer.alloc(1).readUInt8(object("toPrimitive", Symbol.toPrimitive)),
  valueOf: () => Buffer.alloc(1).fill(object("valueOf", "valueOf")),
  inspect: () => require("node:util").inspect(object("inspect", require("node:util").inspect.custom)),
  getter: () => fs.readFileSync(__filename, Object.defineProperty({}, "encoding", { get: probe("getter") })),
  getterOfKey: () => new URL(object("getterOfKey", "toString")),
  sort: () => [2, 1].sort(probe("sort")),
  replace: () => "a".replace("a", probe("replace")),
  reviver: () => JSON.parse("1", probe("reviver")),
  proxy: () => fs.statSync(__filename, new Proxy({}, { get: probe("proxy") })),
  emit: () => process.emit("made-up"),
  prepareStackTrace: () => {
    Error.prepareStackTrace = probe("prepareStackTrace");
    try {
      void new Error("x").stack;
    } finally {
      Error.prepareStackTrace = undefined;
    }
  },
  binding: () => fs.writeSync(1, "", Object.defineProperty({}, "length", { get: probe("options") })),
  vm: () => require("node:vm").runInNewContext("f()", { f: probe("vm") }),
  crypto: () => require("node:crypto").createHash("sha1", Object.defineProperty({}, "outputLength", { get: probe("crypto") })),
  clone: () => structuredClone(Object.defineProperty({}, "x", { enumerable: true, get: probe("clone") })),
};
process.on("made-up", probe("emit"));
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    attempt();
  } catch (error) {
    console.log(name, error.name, error.code);
  }
}
setTimeout(probe("timer"), 1);
setImmediate(probe("immediate"));
process.nextTick(probe("tick"));
queueMicrotask(probe("microtask"));
Promise.resolve().then(probe("promise"));
fs.stat(__filename, probe("callback"));
fs.readFile(__filename, probe("readFile"));
require("node:crypto").randomBytes(4, probe("randomBytes"));
require("node:zlib").deflate("x", probe("deflate"));
require("node:async_hooks").createHook({ init: probe("asyncHook") }).enable();
process.on("exit", probe("exit"));
process.on("exit", () => {
  for (const [name, result] of [...results].sort()) console.log(name, result);
});
