import fs from "node:fs";
const log = [];
const note = (text) => () => log.push(text);
fs.writeFileSync("f", "x");
setImmediate(() => {
  note("immediate")();
  process.nextTick(note("tick from immediate"));
  queueMicrotask(note("microtask from immediate"));
});
process.nextTick(note("tick"));
queueMicrotask(note("microtask"));
await new Promise((resolve) => {
  process.nextTick(() => {
    note("tick in promise")();
    resolve();
  });
});
note("after first await")();
await null;
note("after second await")();
await new Promise((resolve) => setImmediate(resolve));
note("after immediate")();
await new Promise((resolve) => setTimeout(resolve, 2));
note("after timeout")();
await fs.promises.readFile("f");
note("after read")();
await new Promise((resolve) => fs.readFile("f", resolve));
note("after callback")();
console.log(log);
