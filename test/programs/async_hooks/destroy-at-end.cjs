// Destroy hooks run before beforeExit though nothing turns the loop any more.
const fs = require("node:fs");
const { AsyncResource, createHook } = require("node:async_hooks");
const say = (...words) => fs.writeSync(1, `${words.join(" ")}\n`);
createHook({
  init: (id, type) => say("init", id, type),
  destroy: (id) => say("destroy", id),
}).enable();
clearImmediate(setImmediate(() => {}));
setTimeout(() => new AsyncResource("X").emitDestroy(), 1);
process.on("beforeExit", () => say("beforeExit"));
process.on("exit", () => say("exit"));
