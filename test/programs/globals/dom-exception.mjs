const error = new DOMException("message", "NotFoundError");
console.log(
  error.name,
  error.code,
  error.message,
  error instanceof Error,
  Object.prototype.toString.call(error),
  String(error),
  DOMException.NOT_FOUND_ERR,
  error.stack.split("\n")[0],
);
console.log(
  new DOMException("m", { name: "Own", cause: 5 }).cause,
  new DOMException().name,
  new DOMException("x", "Nope").code,
  Object.keys(error),
);
for (const name of ["IndexSizeError", "SyntaxError", "DataCloneError", "TimeoutError", "QuotaExceededError"])
  console.log(name, new DOMException("", name).code);
try {
  DOMException("x");
} catch (thrown) {
  console.log(thrown.name, thrown.message);
}
console.log(
  Object.getOwnPropertyDescriptor(globalThis, "DOMException").enumerable,
  DOMException.prototype.constructor === DOMException,
);
