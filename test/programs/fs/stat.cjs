const fs = require("node:fs");
fs.writeFileSync("file", "12345", { mode: 0o640 });
fs.chmodSync("file", 0o640);
fs.utimesSync("file", 1000.5, 2000.25);
fs.mkdirSync("folder");
fs.symlinkSync("file", "link");
fs.linkSync("file", "hard");
const stats = fs.statSync("file");
console.log(
  stats.size,
  (stats.mode & 0o7777).toString(8),
  stats.nlink,
  stats.isFile(),
  stats.isDirectory(),
  stats.isSymbolicLink(),
  stats.isFIFO(),
  stats.isSocket(),
  stats.isBlockDevice(),
  stats.isCharacterDevice(),
);
console.log(
  stats.atime,
  stats.mtime,
  stats.atimeMs,
  stats.mtimeMs,
  stats.ctime instanceof Date,
  Object.keys(stats).join(),
);
const big = fs.statSync("file", { bigint: true });
console.log(big.size, big.atimeNs, big.mtimeNs, big.mtimeMs, big.nlink, typeof big.ino, Object.keys(big).join());
console.log(
  fs.lstatSync("link").isSymbolicLink(),
  fs.lstatSync("link").size,
  fs.statSync("link").ino === stats.ino,
  fs.statSync("hard").ino === stats.ino,
);
console.log(
  fs.statSync("folder").isDirectory(),
  fs.statSync("folder").nlink,
  stats.constructor.name,
  big.constructor.name,
);
fs.mkdirSync("folder/sub");
console.log(fs.statSync("folder").nlink);
console.log(
  fs.statSync("/dev/null").isCharacterDevice(),
  fs.fstatSync(fs.openSync("file")).size,
  fs.fstatSync(1).isFIFO() || fs.fstatSync(1).isSocket(),
);
fs.lutimesSync("link", 5, 6);
console.log(fs.lstatSync("link").mtimeMs, fs.statSync("link").mtimeMs);
const fd = fs.openSync("file", "r+");
fs.futimesSync(fd, 7, 8);
fs.fchmodSync(fd, 0o600);
fs.ftruncateSync(fd, 3);
console.log(
  fs.fstatSync(fd).mtimeMs > 8000,
  (fs.fstatSync(fd).mode & 0o777).toString(8),
  fs.readFileSync("hard", "utf8"),
);
fs.ftruncateSync(fd, 6);
console.log(fs.readFileSync(fd), fs.statSync("file").size);
