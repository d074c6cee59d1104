process.on("exit", () => {
  throw new Error("in the exit handler");
});
process.on("exit", () => console.log("second handler"));
console.log("main");
