import { channel, hasSubscribers, subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";
import { AsyncLocalStorage } from "node:async_hooks";
const test = channel("test");
const seen = [];
const listener = (message, name) => seen.push([name, message]);
console.log(test.hasSubscribers, hasSubscribers("test"), channel("test") === test, test.name);
subscribe("test", listener);
test.subscribe(() => {
  throw new Error("subscriber throws");
});
process.on("uncaughtException", (error) => console.log("uncaught", error.message));
test.publish({ a: 1 });
console.log(unsubscribe("test", listener), unsubscribe("test", listener), seen);
const tracing = tracingChannel("op");
const trace = [];
tracing.subscribe(
  Object.fromEntries(
    ["start", "end", "asyncStart", "asyncEnd", "error"].map((event) => [
      event,
      (message) => trace.push([event, message.result ?? message.error?.message ?? null]),
    ]),
  ),
);
tracing.traceSync((x) => x * 2, {}, null, 21);
await tracing.tracePromise(async () => "async", {});
try {
  tracing.traceSync(() => {
    throw new Error("traced");
  }, {});
} catch {}
await new Promise((resolve) => tracing.traceCallback((done) => setImmediate(done, null, "cb"), 0, {}, null, resolve));
console.log(trace);
const store = new AsyncLocalStorage();
test.bindStore(store, (data) => ({ bound: data }));
test.runStores("data", () => console.log(store.getStore()));
try {
  subscribe("x", "no function");
} catch (error) {
  console.log(error.code);
}
