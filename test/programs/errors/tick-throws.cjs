// What is left of ticks that threw runs behind the loop's next callback.
process.on("uncaughtException", (error) => console.log("handled", error.message));
process.nextTick(() => {
  throw new Error("tick");
});
process.nextTick(() => console.log("second tick"));
Promise.resolve().then(() => console.log("microtask"));
Promise.reject(new Error("rejected"));
setTimeout(() => console.log("timer"), 0);
setImmediate(() => console.log("immediate"));
for (const start = Date.now(); Date.now() - start < 6; );
