const readline = require("node:readline");
const { Writable } = require("node:stream");
const chunks = [];
const sink = new Writable({ write: (chunk, _, done) => (chunks.push(JSON.stringify(chunk.toString())), done()) });
console.log(
  readline.cursorTo(sink, 3),
  readline.cursorTo(sink, 1, 2),
  readline.moveCursor(sink, -1, 2),
  readline.clearLine(sink, 0),
  readline.clearLine(sink, -1),
  readline.clearScreenDown(sink),
);
console.log(chunks);
for (const fail of [
  () => readline.cursorTo(sink, "x"),
  () => readline.cursorTo(sink, NaN),
  () => readline.createInterface(),
  () => readline.createInterface({ input: process.stdin, historySize: -1 }),
]) {
  try {
    fail();
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
process.stdin.destroy();
