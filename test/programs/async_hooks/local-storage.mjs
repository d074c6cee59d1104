import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { EventEmitter } from "node:events";
import fs from "node:fs";
const storage = new AsyncLocalStorage();
console.log(storage.getStore());
const results = [];
const note = (where) => results.push([where, storage.getStore()]);
await Promise.all(
  ["a", "b"].map((id) =>
    storage.run({ id }, async () => {
      note("start");
      await null;
      note("await");
      await new Promise((resolve) => setTimeout(resolve, id === "a" ? 3 : 1));
      note("timeout");
      await new Promise((resolve) => setImmediate(() => (note("immediate"), resolve())));
      await new Promise((resolve) => process.nextTick(() => (note("tick"), resolve())));
      await new Promise((resolve) => queueMicrotask(() => (note("microtask"), resolve())));
      await fs.promises.stat(".");
      note("fs promise");
      await new Promise((resolve) => fs.stat(".", () => (note("fs callback"), resolve())));
    }),
  ),
);
console.log(results.map(([where, store]) => `${where} ${store.id}`).sort());
const emitter = new EventEmitter();
storage.run("bound", () => emitter.on("plain", () => console.log("listener", storage.getStore())));
storage.run("emit", () => emitter.emit("plain"));
const bound = storage.run("kept", () => AsyncResource.bind(() => storage.getStore()));
const snapshot = storage.run("snapshot", () => AsyncLocalStorage.snapshot());
console.log(
  bound(),
  snapshot(() => storage.getStore()),
  storage.run(1, () => storage.exit(() => storage.getStore())),
  AsyncLocalStorage.bind(() => storage.getStore())(),
);
storage.enterWith("entered");
await null;
console.log(storage.getStore());
storage.disable();
console.log(storage.getStore());
try {
  storage.run("x", () => {
    throw new Error("inside run");
  });
} catch (error) {
  console.log(error.message, storage.getStore());
}
