// The two stats that a watcher of a file gets, when the file goes and comes.
const fs = require("node:fs");
fs.writeFileSync("f", "12345");
const steps = [() => fs.unlinkSync("f"), () => fs.writeFileSync("f", "123"), () => fs.writeFileSync("f", "1234567"), () => fs.rmSync("f"), () => fs.unwatchFile("f")];
const brief = (stat) => [stat.size, stat.nlink, stat.mtimeMs === 0, stat.ino === 0, stat.isFile()].join();
fs.watchFile("f", { interval: 15 }, (now, before) => {
  console.log(brief(now), "|", brief(before));
  steps.shift()();
});
setTimeout(() => steps.shift()(), 60);
