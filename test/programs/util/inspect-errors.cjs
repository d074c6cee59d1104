const { inspect } = require("node:util");
const short = (error) => inspect(error).replace(/\n\s+at .*/g, "");
Error.stackTraceLimit = 1;
class CustomError extends TypeError {
  constructor(message, options) {
    super(message, options);
    this.extra = { detail: [1] };
  }
}
console.log(
  short(new Error("plain")),
  short(new CustomError("custom", { cause: new Error("the cause") })),
  short(new AggregateError([new Error("one"), 2], "many")),
  short(Object.assign(new RangeError("props"), { code: "E_CODE", errno: -5 })),
);
const renamed = new Error("renamed");
renamed.name = "RenamedError";
const stackless = new Error("no stack");
stackless.stack = undefined;
const textStack = new Error("x");
textStack.stack = "replaced stack";
const nonError = Object.create(Error.prototype);
const throwing = new Error("m");
Object.defineProperty(throwing, "name", {
  get() {
    throw new Error("no name");
  },
});
console.log(
  short(renamed),
  short(stackless),
  short(textStack),
  short(nonError),
  short({ error: new SyntaxError("nested") }),
  short([new Error("in array")]),
);
console.log(
  short(Object.assign(new Error(""), { message: "changed" })),
  short(new Error("multi\nline message")),
  short(Object.assign(new Error("null cause"), { cause: null })),
  short(new DOMException("dom", "AbortError")),
  short(new (class extends Error {})("anonymous class")),
);
const circular = new Error("circular");
circular.cause = circular;
console.log(short(circular));
console.log(
  inspect(new Error("frame")).split("\n").length,
  inspect(new Error("hidden"), { showHidden: true }).includes("[stack]"),
);
