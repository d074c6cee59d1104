// An overflow of the stack can be caught, also while hooks or stores follow every promise and tick.
const { createHook, AsyncLocalStorage, AsyncResource } = require("node:async_hooks");

function dive(use, depth = 0) {
  use();
  return dive(use, depth + 1) + 1;
}
const uses = {
  nothing: () => {},
  promise: () => Promise.resolve(),
  then: () => Promise.resolve().then(() => {}),
  async: async () => {
    await null;
  },
  resource: () => new AsyncResource("X").runInAsyncScope(() => {}),
  tick: () => process.nextTick(() => {}),
  microtask: () => queueMicrotask(() => {}),
  store: () => store.run(1, () => store.getStore()),
};
const store = new AsyncLocalStorage();
process.on("unhandledRejection", () => {});
function all(name) {
  for (const [use, run] of Object.entries(uses)) {
    try {
      dive(run);
      console.log(name, use, "no error");
    } catch (error) {
      console.log(name, use, error instanceof RangeError, error.message);
    }
  }
}
all("plain");
store.run({}, () => all("in a store"));
const hook = createHook({ init() {}, before() {}, after() {}, destroy() {}, promiseResolve() {} }).enable();
all("under hooks");
hook.disable();
setImmediate(() => console.log("goes on"));
