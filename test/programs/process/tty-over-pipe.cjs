// run: {"stdin": "typed\n", "pipes": true}
const tty = require("node:tty");
const out = new tty.WriteStream(2);
console.log(out.isTTY, out.columns, out.rows, out.hasColors(), out.getColorDepth({ TERM: "dumb" }));
out.write("through the tty\n", () => console.log("written"));
const input = new tty.ReadStream(0);
console.log(input.isTTY, input.isRaw);
try {
  console.log(input.setRawMode(true) === input, input.isRaw);
} catch (error) {
  console.log(error.code);
}
input.on("error", (error) => console.log("error", error.code, error.syscall));
input.on("data", (chunk) => console.log(String(chunk).trim()));
input.on("end", () => console.log("end"));
const { openSync } = require("node:fs");
for (const path of [__filename, "/dev/null"]) {
  try {
    new tty.WriteStream(openSync(path));
    console.log(path, "opened");
  } catch (error) {
    console.log(error.code, error.message);
  }
}
