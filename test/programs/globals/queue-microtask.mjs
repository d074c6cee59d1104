process.on("uncaughtException", (error, origin) => console.log("uncaught", error.message, origin));
queueMicrotask(() => {
  console.log("first");
  queueMicrotask(() => console.log("nested"));
  process.nextTick(() => console.log("tick"));
  throw new Error("thrown in a microtask");
});
queueMicrotask(() => console.log("second"));
try {
  queueMicrotask(1);
} catch (error) {
  console.log(error.code, error.message);
}
setTimeout(() => console.log("timer"), 1);
await null;
console.log("after await");
