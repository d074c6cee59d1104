// Errors of asynchronous calls name the functions that wait for them, however deep the event loop is.
import fs from "node:fs";
import { setImmediate as immediate, setTimeout as sleep } from "node:timers/promises";

const waits = {
  access: () => fs.promises.access("missing"),
  readFile: () => fs.promises.readFile("missing"),
  opendir: () => fs.promises.opendir("missing"),
  callback: () => new Promise((resolve) => fs.access(".", resolve)).then(() => Promise.reject(new Error("then"))),
  close: async () => {
    const file = await fs.promises.open("file", "w");
    await file.close();
    throw new Error("closed");
  },
  timer: async () => {
    await sleep(1);
    throw new Error("slept");
  },
  immediate: async () => {
    await immediate();
    throw new Error("checked");
  },
};
async function inner(name) {
  await waits[name]();
}
async function middle(name) {
  await inner(name);
}
async function outer(name) {
  await middle(name);
}
for (const name of Object.keys(waits)) await outer(name).catch((error) => console.log(name, error.stack));
