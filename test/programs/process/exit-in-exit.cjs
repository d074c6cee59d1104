process.on("exit", (code) => {
  console.log("first", code);
  process.exit(code + 1);
});
process.on("exit", (code) => console.log("second", code));
process.exit(7);
