// Names and arity of functions that are native, or wrapped by native ones.
const util = require("node:util");
const show = (owner, object) => {
  for (const key of Object.getOwnPropertyNames(object)) {
    const value = Object.getOwnPropertyDescriptor(object, key).value;
    if (typeof value === "function") console.log(owner, key, value.name, value.length, Object.hasOwn(value, "prototype"));
  }
};
show("util.types", util.types);
show("console", console);
show("new Console", new console.Console(process.stdout));
show("process", process);
show("performance", performance);
show("Performance", Performance.prototype);
show("v8", require("node:v8"));
show("os", require("node:os"));
show("Buffer", Buffer);
show("Buffer.prototype", Buffer.prototype);
show("perf_hooks", require("node:perf_hooks"));
show("vm", require("node:vm"));
show("Script", require("node:vm").Script.prototype);
show("async_hooks", require("node:async_hooks"));
show("timers", require("node:timers"));
show("globalThis", globalThis);
