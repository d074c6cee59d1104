const fs = require("node:fs");
const calls = [
  () => fs.readFileSync(),
  () => fs.readFileSync({}),
  () => fs.readFileSync("a\0b"),
  () => fs.readFileSync("x", 5),
  () => fs.readFileSync("x", "nope"),
  () => fs.openSync("x", "zz"),
  () => fs.openSync("x", "r", "nine"),
  () => fs.writeFileSync("x", 5),
  () => fs.writeFileSync("x", {}),
  () => fs.closeSync("1"),
  () => fs.closeSync(-1),
  () => fs.readSync(0, "text"),
  () => fs.readSync(0, Buffer.alloc(1), 2),
  () => fs.readSync(0, Buffer.alloc(2), 0, 3),
  () => fs.readSync(0, Buffer.alloc(0)),
  () => fs.chmodSync("x", -1),
  () => fs.chmodSync("x", "8"),
  () => fs.mkdirSync("x", { recursive: "yes" }),
  () => fs.utimesSync("x", "yesterday", 1),
  () => fs.truncateSync("x", "1"),
  () => fs.symlinkSync("x"),
  () => fs.readFile("x"),
  () => fs.stat("x", {}),
  () => fs.rmSync("x", { retryDelay: -1 }),
  () => fs.createReadStream("x", { start: 5, end: 1 }),
  () => fs.createWriteStream("x", { start: "a" }),
  () => fs.accessSync("x", 99),
  () => fs.copyFileSync("x"),
  () => fs.copyFileSync("a", "b", 999),
  () => fs.watch("x", 1, 2),
  () => fs.mkdtempSync(),
  () => fs.readdirSync("x", { encoding: "nope" }),
  () => fs.lchownSync("x", 1),
  () => fs.openSync(new URL("http://example.org/x")),
  () => fs.openSync(new URL("file://host/x")),
  () => fs.openSync(new URL("file:///a%2fb")),
];
for (const call of calls) {
  try {
    console.log(call());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
