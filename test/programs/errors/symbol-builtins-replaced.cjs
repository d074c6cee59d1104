// The same for what is no error: the hint on --trace-uncaught has the program's name, whatever became of strings.
for (const key of Object.getOwnPropertyNames(String.prototype)) {
  if (key !== "constructor" && key !== "length") String.prototype[key] = () => { throw 1; };
}
process.argv0 = { toString() { throw 2; } };
throw Symbol("thrown");
