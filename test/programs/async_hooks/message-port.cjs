const { AsyncLocalStorage, createHook, executionAsyncId } = require("node:async_hooks");
const { MessageChannel } = require("node:worker_threads");

const log = [];
const ids = new Set();
createHook({
  init(id, type, trigger, resource) {
    if (type !== "MESSAGEPORT") return;
    ids.add(id);
    log.push(`init ${type} by ${trigger === executionAsyncId()} ${resource.constructor.name}`);
  },
  before(id) {
    if (ids.has(id)) log.push("before");
  },
  after(id) {
    if (ids.has(id)) log.push("after");
  },
  destroy(id) {
    if (ids.has(id)) log.push("destroy");
  },
}).enable();

const storage = new AsyncLocalStorage();
const { port1, port2 } = storage.run("created", () => new MessageChannel());
port2.on("message", (value) => {
  log.push(`message ${value} in ${storage.getStore()} ${ids.has(executionAsyncId())}`);
  if (value === 2) port2.close();
});
port2.on("close", () => setImmediate(() => setImmediate(() => console.log(log))));
storage.run("posted", () => {
  port1.postMessage(1);
  port1.postMessage(2);
});
