// run: {"pipes": true}
const fs = require("node:fs");
console.log(fs.readFileSync("/dev/stdin", "utf8") === "");
fs.writeFileSync("/dev/stdout", "to stdout\n");
fs.appendFileSync("/dev/fd/1", "and more\n");
fs.writeFileSync("/proc/self/fd/2", "to stderr\n");
fs.writeSync(fs.openSync("/dev/stdout", fs.constants.O_WRONLY | fs.constants.O_NONBLOCK), "without waiting\n");
