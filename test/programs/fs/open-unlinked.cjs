const fs = require("node:fs");
const fd = fs.openSync("gone", "w+");
fs.writeSync(fd, "still here");
fs.unlinkSync("gone");
console.log(
  fs.existsSync("gone"),
  fs.fstatSync(fd).nlink,
  fs.readFileSync(fd, "utf8"),
  fs.readSync(fd, Buffer.alloc(20), 0, 20, 0),
);
fs.closeSync(fd);
fs.writeFileSync("target", "old");
fs.writeFileSync("source", "new");
const open = fs.openSync("target", "r");
fs.renameSync("source", "target");
console.log(fs.readFileSync(open, "utf8"), fs.readFileSync("target", "utf8"), fs.fstatSync(open).nlink);
const append = fs.openSync("log", "a");
const second = fs.openSync("log", "a");
fs.writeSync(append, "1");
fs.writeSync(second, "2");
fs.writeSync(append, "3", 0);
console.log(fs.readFileSync("log", "utf8"));
try {
  fs.readSync(append, Buffer.alloc(1));
} catch (error) {
  console.log(error.code, error.syscall);
}
