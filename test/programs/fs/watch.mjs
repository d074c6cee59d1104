import fs from "node:fs";
import { watch } from "node:fs/promises";
fs.mkdirSync("watched");
const events = new Set();
const controller = new AbortController();
const watcher = fs.watch("watched", (type, name) => {
  events.add(`${type} ${name}`);
  if (name === "last") watcher.close();
});
await new Promise((resolve) => {
  watcher.on("close", resolve);
  fs.writeFileSync("watched/file", "1");
  fs.appendFileSync("watched/file", "2");
  fs.renameSync("watched/file", "watched/moved");
  fs.unlinkSync("watched/moved");
  fs.writeFileSync("watched/last", "");
});
console.log([...events].sort());
setTimeout(() => fs.writeFileSync("watched/async", "x"), 5);
for await (const event of watch("watched", { signal: controller.signal })) {
  console.log(event);
  break;
}
try {
  fs.watch("missing");
} catch (error) {
  console.log(error.code, error.syscall, error.path, error.filename, error.message);
}
