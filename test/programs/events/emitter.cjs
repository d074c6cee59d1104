const EventEmitter = require("node:events");
const emitter = new EventEmitter();
const order = [];
emitter.on("newListener", (name) => order.push(`new ${String(name)}`));
emitter.on("removeListener", (name) => order.push(`removed ${String(name)}`));
const first = (...args) => order.push(["first", ...args]);
emitter.on("event", first);
emitter.once("event", function (...args) {
  order.push(["once", this === emitter, ...args]);
});
emitter.prependListener("event", () => order.push("prepended"));
emitter.prependOnceListener("event", () => order.push("prepended once"));
console.log(emitter.emit("event", 1, 2), emitter.emit("event"), emitter.emit("nobody"));
emitter.off("event", first);
emitter.on(Symbol.for("symbol"), () => {});
console.log(
  emitter.listenerCount("event"),
  emitter.eventNames(),
  emitter.rawListeners("event").length,
  emitter.listeners(Symbol.for("symbol")),
);
emitter.removeAllListeners();
console.log(order);
console.log(emitter, EventEmitter.defaultMaxListeners, emitter.getMaxListeners());
for (const fail of [
  () => emitter.on("x"),
  () => emitter.on("x", 1),
  () => emitter.setMaxListeners(-1),
  () => emitter.emit("error"),
  () => emitter.emit("error", "text"),
  () => emitter.emit("error", { a: 1 }),
  () => emitter.emit("error", new TypeError("own")),
]) {
  try {
    fail();
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
