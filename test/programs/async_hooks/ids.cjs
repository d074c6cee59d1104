// A write that is done at once is no resource of its own, and a promise comes before the request that settles it.
const { AsyncResource, createHook, executionAsyncId } = require("node:async_hooks");
const fs = require("node:fs");
const log = [];
console.log("first use of stdout");
console.log(executionAsyncId(), new AsyncResource("X").asyncId());
const hook = createHook({ init: (id, type, trigger) => log.push(`${type} ${id} < ${trigger}`) }).enable();
console.log("a line");
fs.stat(".", () => {});
fs.promises.stat(".").then((stats) => {
  hook.disable();
  console.log(stats.isDirectory(), log.join(", "));
  setTimeout(() => console.log(typeof executionAsyncId()), 1);
});
