process.on("uncaughtException", (error) => {
  console.log("handling", error.message);
  throw new Error("the handler throws too");
});
process.on("exit", (code) => console.log("exit", code));
throw new Error("first");
