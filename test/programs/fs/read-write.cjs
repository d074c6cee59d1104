const fs = require("node:fs");
const fd = fs.openSync("data", "w+");
console.log(
  fs.writeSync(fd, "hello world"),
  fs.writeSync(fd, "HE", 0),
  fs.writeSync(fd, Buffer.from("abcdef"), 2, 3, 20),
  fs.writeSync(fd, "ff", null, "hex"),
);
console.log(fs.readFileSync("data"));
const buffer = Buffer.alloc(6, ".");
console.log(
  fs.readSync(fd, buffer, 0, 5, 0),
  buffer.toString(),
  fs.readSync(fd, buffer, { position: 6, length: 3, offset: 2 }),
  buffer.toString(),
  fs.readSync(fd, buffer, 0, 6, 100),
  fs.readSync(fd, buffer, 0, 2, 21n),
  buffer.toString(),
);
console.log(
  fs.writevSync(fd, [Buffer.from("one"), Buffer.from("two")], 0),
  fs.readvSync(fd, [buffer, Buffer.alloc(2)], 0),
  buffer.toString(),
);
fs.closeSync(fd);
fs.appendFileSync("data", "+appended");
fs.writeFileSync("data", "-flag a", { flag: "a" });
console.log(fs.readFileSync("data", "latin1").slice(-20));
for (const flag of ["r", "r+", "a", "a+", "ax", "as", "w", "w+", "wx", "xw", "rs+", 0]) {
  try {
    const each = fs.openSync("data", flag);
    let read;
    try {
      read = fs.readSync(each, Buffer.alloc(3), 0, 3, 0);
    } catch (error) {
      read = error.code;
    }
    let written;
    try {
      written = fs.writeSync(each, "zz");
    } catch (error) {
      written = error.code;
    }
    fs.closeSync(each);
    console.log(flag, read, written, fs.statSync("data").size);
  } catch (error) {
    console.log(flag, error.code);
  }
}
fs.writeFileSync("sparse", "");
const sparse = fs.openSync("sparse", "r+");
fs.writeSync(sparse, "end", 1 << 20);
console.log(fs.fstatSync(sparse).size, fs.readFileSync("sparse").subarray(-4), fs.fstatSync(sparse).blocks < 2048);
