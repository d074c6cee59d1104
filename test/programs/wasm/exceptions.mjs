// What code in WebAssembly catches: errors of the program's own realm, of whatever call of the runtime.
import fs from "node:fs";
import { createRequire } from "node:module";

// (import "m" "f" (func)) (import "m" "caught" (func)) (func (export "g") try call 0 catch_all call 1 end)
const catchAll = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 18, 2, 1, 109, 1, 102, 0, 0, 1, 109, 6, 99, 97, 117, 103, 104],
  ...[116, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 103, 0, 2, 10, 12, 1, 10, 0, 6, 64, 16, 0, 25, 16, 1, 11, 11],
);
const calls = {
  fs: () => fs.statSync("/nowhere"),
  type: () => fs.openSync({}),
  require: () => createRequire("/")("./nowhere"),
  binding: () => process.binding("nowhere"),
  url: () => new URL("no"),
  buffer: () => Buffer.alloc(-1),
  clone: () => structuredClone(() => {}),
  json: () => JSON.parse("{"),
  value: () => {
    throw 7;
  },
  bare: () => {
    throw Object.create(null);
  },
  chdir: () => process.chdir("/nowhere"),
  nothing: () => {},
};
for (const [name, call] of Object.entries(calls)) {
  let caught = false;
  const module = await WebAssembly.instantiate(catchAll, { m: { f: call, caught: () => (caught = true) } });
  module.instance.exports.g();
  console.log(name, caught);
}

// A tag of JavaScript's own exceptions hands over what was thrown, as far as the engine has it.
const tag = new WebAssembly.Tag({ parameters: ["externref"] });
const thrown = new WebAssembly.Exception(tag, [fs.statSync]);
console.log(thrown.is(tag), thrown.getArg(tag, 0) === fs.statSync, typeof WebAssembly.JSTag, thrown instanceof Error);
try {
  throw thrown;
} catch (error) {
  console.log(error === thrown, error.constructor === WebAssembly.Exception, error.stack);
}
for (const [name, call] of Object.entries(calls)) {
  try {
    call();
  } catch (error) {
    if (error === null || typeof error !== "object") continue;
    let at = error;
    while (at && Object.getPrototypeOf(at)) at = Object.getPrototypeOf(at);
    console.log(name, at === Object.prototype || at === error, error.constructor?.constructor === Function);
  }
}
