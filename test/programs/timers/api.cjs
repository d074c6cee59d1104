const timers = require("node:timers");
const fired = [];
process.on("exit", () => console.log(fired.sort()));
const timeout = setTimeout(() => fired.push("timeout"), 1);
console.log(
  timeout.hasRef(),
  timeout.unref() === timeout,
  timeout.hasRef(),
  timeout.ref().hasRef(),
  typeof timeout[Symbol.toPrimitive](),
  timeout.constructor.name,
  Object.keys(timeout),
);
const immediate = setImmediate(() => fired.push("immediate"));
console.log(immediate.hasRef(), immediate.unref().hasRef(), immediate.constructor.name);
setImmediate(() => {});
const refreshed = setTimeout(() => fired.push("refreshed"), 2);
refreshed.refresh();
clearTimeout(undefined);
clearTimeout(null);
clearTimeout("nope");
clearTimeout(12345);
const byNumber = +setTimeout(() => console.log("cleared by number"), 1);
clearTimeout(byNumber);
clearTimeout(String(+setTimeout(() => console.log("cleared by text"), 1)));
for (const value of [undefined, "code()", {}]) {
  try {
    setTimeout(value);
  } catch (error) {
    console.log(error.code, error.message);
  }
}
process.on("warning", (warning) => console.log(warning.name, warning.message));
for (const delay of [2 ** 31, -1, NaN, Infinity]) clearTimeout(setTimeout(() => {}, delay));
console.log(
  timers.setTimeout === setTimeout,
  timers.promises === require("node:timers/promises"),
  timeout[Symbol.dispose] !== undefined,
);
setTimeout((...args) => fired.push(String(args)), 1, 1, "two", null);
setTimeout(() => console.log("unref'ed: the process does not wait"), 10_000).unref();
