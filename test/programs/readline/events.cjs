const readline = require("node:readline");
const { PassThrough } = require("node:stream");
const input = new PassThrough();
const output = new PassThrough();
let written = "";
output.on("data", (chunk) => (written += chunk));
const reader = readline.createInterface({
  input,
  output,
  prompt: "$ ",
  terminal: true,
  historySize: 2,
  completer: (line) => [["help", "hello"].filter((word) => word.startsWith(line)), line],
});
const log = [];
reader
  .on("line", (line) => log.push(line))
  .on("history", (history) => log.push([...history]))
  .on("close", () => console.log(log, JSON.stringify(written.slice(0, 12)), reader.line, reader.cursor))
  .on("SIGINT", () => log.push("SIGINT"));
input.on("keypress", (text, key) => log.push(`key ${key.name ?? text}${key.ctrl ? " ctrl" : ""}`));
reader.prompt();
input.write("abc\x7f\x1b[Dx\r");
input.write("he\t\x03");
reader.write(null, { ctrl: true, name: "u" });
setImmediate(() => {
  console.log(reader.getCursorPos());
  input.end("last\r");
  setImmediate(() => reader.close());
});
