process.on("exit", (code) => console.log("exit", code));
Promise.resolve().then(() => {
  console.log("microtask");
  process.exit(9);
});
process.nextTick(() => console.log("tick"));
await new Promise(() => {});
