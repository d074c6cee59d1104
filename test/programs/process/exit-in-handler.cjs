process.on("uncaughtException", (error, origin) => {
  console.log(error.message, origin);
  process.exit(12);
});
setTimeout(() => console.log("never"), 50);
setImmediate(() => {
  throw new Error("late");
});
