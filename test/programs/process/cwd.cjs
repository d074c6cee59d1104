const fs = require("node:fs");
const path = require("node:path");
const start = process.cwd();
fs.mkdirSync("sub/deeper", { recursive: true });
process.chdir("sub");
console.log(path.relative(start, process.cwd()));
process.chdir("deeper");
console.log(path.relative(start, process.cwd()));
fs.writeFileSync("here.txt", "x");
console.log(fs.readdirSync(path.join(start, "sub", "deeper")));
process.chdir("../..");
console.log(process.cwd() === start);
try {
  process.chdir("missing");
} catch (error) {
  console.log(error.code, error.syscall, error.dest, error.message.replace(start, "."));
}
try {
  process.chdir(1);
} catch (error) {
  console.log(error.code, error.message);
}
