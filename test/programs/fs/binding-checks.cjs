// Checks that Node leaves to its binding: descriptors, modes and positions.
const fs = require("node:fs");
fs.writeFileSync("file", "0123456789");
const show = (error) => console.log(error.stack.split("\n", 1)[0], error.code, Object.keys(error));
const attempt = (call) => {
  try {
    console.log(call());
  } catch (error) {
    show(error);
  }
};
class Box {}
const values = [
  "a",
  "it's",
  "x".repeat(40),
  -1,
  1.5,
  Infinity,
  NaN,
  Symbol("x"),
  2n,
  2 ** 40,
  new Map(),
  new Box(),
  null,
];
for (const value of [...values, undefined, true, () => {}])
  for (const call of [fs.closeSync, fs.fsyncSync, fs.fdatasyncSync, fs.fstatSync]) attempt(() => call(value));
for (const mode of [100, -1, "a", 1.5, Infinity, NaN, null, 4n]) {
  attempt(() => fs.accessSync("file", mode));
  attempt(() => fs.copyFileSync("file", "copy", mode));
}
attempt(() => fs.close(-1, () => {}));
fs.promises.access("file", 9).catch(show);

const fd = fs.openSync("file", "r+");
const buffer = Buffer.alloc(4);
for (const position of [5n, 5, null, undefined, -1, -1n, 2 ** 53 - 1, 2n ** 63n - 5n, 2n ** 63n])
  attempt(() => [position, fs.readSync(fd, buffer, 0, 4, position), buffer.toString()]);
attempt(() => [fs.readvSync(fd, [Buffer.alloc(2), buffer], 1), buffer.toString()]);
attempt(() => [fs.writevSync(fd, [Buffer.from("xx"), Buffer.from("yy")], 8), fs.readFileSync("file", "utf8")]);
attempt(() => fs.writeSync(fd, "end", 3 * 2 ** 30));
attempt(() => [fs.readSync(fd, buffer, 0, 4, 3 * 2 ** 30), buffer.toString(), fs.fstatSync(fd).size]);
attempt(() => fs.writeSync(fd, "end", 2 ** 53 - 1));
fs.closeSync(fd);
fs.utimesSync("file", 1.123456789, 2.987654321);
const { atimeNs, mtimeNs } = fs.statSync("file", { bigint: true });
console.log(atimeNs, mtimeNs);
