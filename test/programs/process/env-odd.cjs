// run: {"env": {"A": "1", "UMLAUT": "ä", "EMPTY": ""}}
// process.env as an object: every operation on it, by odd keys and values.
const util = require("node:util");
const { env } = process;
const attempt = (name, act) => {
  try {
    console.log(name, act());
  } catch (error) {
    console.log(name, error.name, error.code, error.message);
  }
};
const describe = (key) => JSON.stringify(Object.getOwnPropertyDescriptor(env, key));

attempt("kind", () => [
  util.types.isProxy(env), typeof env, String(env), Object.prototype.toString.call(env), Object.getPrototypeOf(env) === Object.prototype,
  env.constructor === Object, env.constructor.name, Object.isExtensible(env), util.types.isExternal(env), Array.isArray(env),
].join());
attempt("proto", () => Object.getPrototypeOf(Object.getPrototypeOf(env)) === null);
attempt("read", () => [env.A, env.EMPTY, env.UMLAUT, env.NONE, env.toString === Object.prototype.toString, env[Symbol.iterator], env[""]].join());
attempt("in", () => ["A" in env, "NONE" in env, "toString" in env, Symbol.toStringTag in env, Object.hasOwn(env, "A"), Object.hasOwn(env, "toString")].join());
attempt("keys", () => Object.keys(env).filter((key) => /^(A|UMLAUT|EMPTY)$/.test(key)).sort().join());
attempt("descriptor", () => describe("A"));
attempt("descriptor of nothing", () => describe("NONE"));

for (const [key, value] of [
  ["STRING", "text"], ["NUMBER", 1.5], ["BOOLEAN", false], ["UNDEFINED", undefined], ["NULL", null], ["OBJECT", {}], ["ARRAY", [1, 2]],
  ["BIGINT", 10n], ["SYMBOL", Symbol("s")], ["FUNCTION", Math.max], ["THROWS", { toString() { throw new Error("no text"); } }],
  ["NUL", "a\0b"], ["K\0EY", "x"], ["", "empty"], ["=LEADING", "x"], ["IN=SIDE", "x"], ["TRAILING=", "x"], ["0", "zero"], [7, "seven"],
  [4294967295, "big"], ["-1", "minus"], ["1.5", "float"], [Symbol("key"), "x"], ["__proto__", "proto"], ["constructor", "own"],
  ["hasOwnProperty", "own"], ["lone\ud800", "lone\udc00"], ["emoji😀", "😀"], ["a b", " spaces "], ["newline\n", "\n"],
]) {
  attempt(`set ${String(key)}`, () => {
    env[key] = value;
    return JSON.stringify([env[key], key in env, Object.hasOwn(env, key), Object.keys(env).includes(String(key)), describe(key)]);
  });
}
attempt("set answers", () => Reflect.set(env, "STRICT", "x"));
attempt("set with another receiver", () => {
  const child = Object.create(env);
  child.INHERITED = 1;
  return [Object.hasOwn(child, "INHERITED"), typeof child.INHERITED, env.INHERITED].join();
});
for (const [name, descriptor] of Object.entries({
  full: { value: "x", writable: true, enumerable: true, configurable: true },
  number: { value: 5, writable: true, enumerable: true, configurable: true },
  partial: { value: "x" },
  "not writable": { value: "x", writable: false, enumerable: true, configurable: true },
  "not enumerable": { value: "x", writable: true, enumerable: false, configurable: true },
  "not configurable": { value: "x", writable: true, enumerable: true, configurable: false },
  getter: { get: () => 1 },
  "getter and all": { get: () => 1, enumerable: true, configurable: true },
  setter: { set() {} },
  empty: {},
  "flags only": { writable: true, enumerable: true, configurable: true },
  symbol: { value: Symbol("s"), writable: true, enumerable: true, configurable: true },
})) {
  attempt(`define ${name}`, () => {
    Object.defineProperty(env, "DEFINED", descriptor);
    return describe("DEFINED");
  });
  delete env.DEFINED;
}
attempt("define a symbol", () => Reflect.defineProperty(env, Symbol("s"), { value: "x", writable: true, enumerable: true, configurable: true }));
attempt("define an index", () => {
  Object.defineProperty(env, 12, { value: "x", writable: true, enumerable: true, configurable: true });
  return [env[12], env["12"], describe("12")].join();
});
attempt("delete", () => [delete env.A, env.A, delete env.A, delete env.NONE, delete env[Symbol("x")], delete env[12], env[12], "toString" in env].join());
attempt("delete answers", () => Reflect.deleteProperty(env, "toString"));
attempt("freeze", () => Object.isFrozen(Object.freeze(env)));
attempt("seal", () => Object.isSealed(Object.seal(env)));
attempt("assign", () => Object.assign(env, { ONE: 1, TWO: "2" }) === env && env.ONE + env.TWO);
attempt("spread", () => ((copy) => [copy.ONE, Object.getPrototypeOf(copy) === Object.prototype])({ ...env }).join());
attempt("entries", () => Object.entries(env).filter(([key]) => key === "ONE" || key === "TWO").join());
attempt("for in", () => {
  const found = [];
  for (const key in env) if (/^(ONE|TWO|toString)$/.test(key)) found.push(key);
  return found.sort().join();
});
attempt("own keys", () => Reflect.ownKeys(env).filter((key) => typeof key === "symbol").length);
attempt("json", () => JSON.parse(JSON.stringify(env)).TWO);
attempt("clone", () => structuredClone(env).TWO);
attempt("inspect", () => /ONE: '1'/.test(util.inspect(env)) && util.inspect(env).slice(0, 1));
attempt("show proxy", () => util.inspect(env, { showProxy: true }).slice(0, 5));
attempt("extensions", () => [Object.isExtensible(env), Reflect.preventExtensions(env), Object.isExtensible(env)].join());
attempt("prototype", () => Reflect.setPrototypeOf(env, { added: 1 }) && env.added);
attempt("with", () => Function("env", "with (env) return TWO")(env));
attempt("order", () => {
  for (const key of ["Z9", "B", "10", "2", "Z1"]) env[key] = "x";
  env.B = "again";
  delete env.Z9;
  env.Z9 = "back";
  return Object.keys(env).filter((key) => ["Z9", "B", "10", "2", "Z1"].includes(key)).join();
});
