// run: {"env": {"ALPHA": "1", "EMPTY": "", "ünï": "ö"}}
console.log(process.env.ALPHA, JSON.stringify(process.env.EMPTY), process.env.ünï, process.env.NOPE);
process.env.NUMBER = 12;
process.env.UNDEFINED = undefined;
console.log(typeof process.env.NUMBER, process.env.NUMBER, process.env.UNDEFINED);
console.log("ALPHA" in process.env, "NOPE" in process.env, delete process.env.ALPHA, "ALPHA" in process.env);
console.log(Object.keys(process.env).includes("NUMBER"));
console.log(Object.getOwnPropertyDescriptor(process.env, "NUMBER"));
try {
  process.env.SYMBOL = Symbol("s");
} catch (error) {
  console.log(error.name, error.message);
}
try {
  Object.defineProperty(process.env, "GETTER", { get: () => 1 });
} catch (error) {
  console.log(error.code, error.message);
}
console.log({ ...process.env }.NUMBER, process.env[Symbol("x")]);
