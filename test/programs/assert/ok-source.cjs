const assert = require("node:assert");
const value = { a: 1 };
try {
  assert(value.a ===
    2);
} catch (error) {
  console.log(error.message);
}
try {
  assert.ok(typeof value === "string" || Array.isArray(value));
} catch (error) {
  console.log(error.message);
}
try {
  assert();
} catch (error) {
  console.log(error.message);
}
try {
  eval("assert(value.a > 5)");
} catch (error) {
  console.log(error.message);
}
const error = new assert.AssertionError({ actual: 1, expected: 2, operator: "strictEqual" });
console.log(error.message, Object.keys(error), error.code);
class Comparable { constructor(x) { this.x = x; } }
try {
  assert.deepStrictEqual(new Comparable(1), { x: 1 });
} catch (failure) {
  console.log(failure.message);
}
