// Times as exact as a double of seconds can be.
const fs = require("node:fs");
fs.writeFileSync("f", "");
fs.symlinkSync("f", "l");
const show = (title, path = "f") => {
  const { atimeNs, mtimeNs } = fs.lstatSync(path, { bigint: true });
  console.log(title, atimeNs, mtimeNs);
};
const values = [1.5, 1700000000.123456, 1700000000.1234567, 0.000000001, 123456789.987654321, 1e9 + 1 / 3, 0, 2 ** 33 + 0.5];
for (const value of values) {
  fs.utimesSync("f", value, value);
  show(`utimes ${value}`);
  const fd = fs.openSync("f", "r+");
  fs.futimesSync(fd, value + 1, value);
  show(`futimes ${value}`);
  fs.closeSync(fd);
  fs.lutimesSync("l", value, value + 2);
  show(`lutimes ${value}`, "l");
}
fs.utimesSync("f", new Date(1234567890123), "1700000000.5");
show("date and string");
fs.utimesSync("f", new Date(-1), new Date(-1001));
show("before 1970");
for (const value of [Number.NaN, Infinity, "x", {}]) {
  try {
    fs.utimesSync("f", value, 1);
    console.log(value, "taken");
  } catch (error) {
    console.log(error.code, error.message);
  }
}
fs.promises.utimes("f", 1.25, 1.000001).then(() => show("promise"));
