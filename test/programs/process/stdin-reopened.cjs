// run: {"stdin": "first\nsecond\n", "pipes": true}
// Reading standard input by its names: each open is of the same pipe, whose writer may be gone.
const fs = require("node:fs");
console.log(JSON.stringify(fs.readFileSync("/dev/stdin", "utf8")));
for (const name of ["/dev/fd/0", "/proc/self/fd/0", "/dev/stdin"]) {
  console.log(name, fs.readFileSync(name).length, fs.statSync(name).isFIFO());
}
fs.readFile("/dev/fd/0", (error, bytes) => console.log("callback", error, bytes.length));
fs.promises.readFile("/proc/self/fd/0").then((bytes) => console.log("promise", bytes.length));
fs.createReadStream("/dev/stdin").on("end", () => console.log("stream ended")).resume();
