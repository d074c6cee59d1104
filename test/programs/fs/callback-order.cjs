const fs = require("node:fs");
fs.writeFileSync("f", "x");
fs.stat("f", () => {
  console.log("in callback");
  setTimeout(() => console.log("timeout"), 0);
  setImmediate(() => console.log("immediate"));
  process.nextTick(() => console.log("tick"));
  Promise.resolve().then(() => console.log("microtask"));
});
console.log("start");
