process.on("uncaughtException", (error) => console.log("handled", error.message));
setTimeout(() => {
  process.nextTick(() => {
    throw new Error("tick");
  });
  process.nextTick(() => console.log("second tick"));
  Promise.resolve().then(() => console.log("microtask"));
  setImmediate(() => console.log("immediate"));
}, 1);
