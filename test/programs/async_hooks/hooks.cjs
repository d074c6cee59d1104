const {
  createHook,
  executionAsyncId,
  triggerAsyncId,
  AsyncResource,
  executionAsyncResource,
} = require("node:async_hooks");
const types = new Map();
const events = [];
const hook = createHook({
  init(id, type, trigger) {
    types.set(id, type);
    if (["Timeout", "Immediate", "TickObject", "PROMISE", "MINE"].includes(type)) events.push(`init ${type}`);
  },
  before: (id) => events.push(`before ${types.get(id)}`),
  after: (id) => events.push(`after ${types.get(id)}`),
  destroy: (id) => types.get(id) === "MINE" && events.push("destroy MINE"),
  promiseResolve: (id) => events.push(`resolve ${types.get(id)}`),
}).enable();
setTimeout(() => events.push("timeout runs"), 1);
setImmediate(() => events.push("immediate runs"));
Promise.resolve().then(() => events.push("promise runs"));
process.nextTick(() => events.push("tick runs"));
class Mine extends AsyncResource {
  constructor() {
    super("MINE", { triggerAsyncId: 1, requireManualDestroy: true });
  }
}
const mine = new Mine();
mine.runInAsyncScope(
  (value) =>
    events.push(
      `in scope ${value} ${executionAsyncId() === mine.asyncId()} ${triggerAsyncId()} ${executionAsyncResource() === mine}`,
    ),
  null,
  "arg",
);
mine.emitDestroy();
setTimeout(() => {
  hook.disable();
  console.log(events);
}, 300);
console.log(executionAsyncId(), triggerAsyncId());
for (const fail of [
  () => createHook({ init: 1 }),
  () => new AsyncResource(),
  () => new AsyncResource("x", { triggerAsyncId: -2 }),
  () => mine.runInAsyncScope("x"),
  () => mine.emitDestroy(),
]) {
  try {
    console.log(typeof fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
