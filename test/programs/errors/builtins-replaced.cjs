// Builtins that a program replaced have no part in how its end is told.
const { defineProperty, getOwnPropertyNames, getPrototypeOf } = Object;
const error = new TypeError("told all the same");
const classes = [Array, Map, Set, Uint8Array, getPrototypeOf(Uint8Array), ArrayBuffer, String, RegExp, Date, Function, Promise];
for (const Class of classes) {
  for (const key of getOwnPropertyNames(Class.prototype)) {
    if (key === "constructor" || key === "length") continue;
    try {
      defineProperty(Class.prototype, key, { value: () => { throw new Error(key); }, configurable: true });
    } catch {}
  }
}
for (const name of ["String", "Number", "Array", "Uint8Array", "Reflect", "Buffer", "Symbol", "Error", "TypeError"]) {
  defineProperty(globalThis, name, { value: () => { throw new Error(name); } });
}
for (const name of ["argv0", "version", "exitCode", "argv", "execPath"]) {
  try {
    defineProperty(process, name, { get() { throw new Error(name); } });
  } catch {}
}
throw error;
