process.on("uncaughtException", (error, origin) => console.log("handled", error.message, origin));
setTimeout(() => console.log("timers go on"), 20);
process.nextTick(() => {
  throw new Error("in a tick");
});
setImmediate(() => console.log("immediate"));
throw new Error("main");
