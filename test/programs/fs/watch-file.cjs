const fs = require("node:fs");
fs.writeFileSync("polled", "1");
const listener = (now, before) => {
  console.log(now.size, before.size, now.isFile());
  fs.unwatchFile("polled", listener);
};
const watcher = fs.watchFile("polled", { interval: 10 }, listener);
console.log(watcher.constructor.name);
setTimeout(() => fs.writeFileSync("polled", "12345"), 50);
