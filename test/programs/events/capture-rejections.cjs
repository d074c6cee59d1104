const EventEmitter = require("node:events");
const emitter = new EventEmitter({ captureRejections: true });
emitter.on("event", async () => {
  throw new Error("from an async listener");
});
emitter.on("error", (error) => console.log("error:", error.message));
emitter.emit("event");
const other = new EventEmitter({ captureRejections: true });
other[Symbol.for("nodejs.rejection")] = (error, name, ...args) => console.log("rejection", error, name, args);
other.on("x", () => Promise.reject("reason"));
other.emit("x", 1, 2);
