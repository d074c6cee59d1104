const assert = require("node:assert");
const failures = [
  () => assert(false),
  () => assert(0, "own message"),
  () => assert.ok(null),
  () => assert.equal(1, 2),
  () => assert.strictEqual(1, 2),
  () => assert.strictEqual("a\nb\nc", "a\nB\nc"),
  () => assert.strictEqual([1, 2], [1, 2]),
  () => assert.deepEqual({ a: 1 }, { a: "2" }),
  () => assert.deepStrictEqual({ a: 1, b: [1, 2, 3] }, { a: 1, b: [1, 2, 4] }),
  () => assert.deepStrictEqual(new Map([[1, { x: 1 }]]), new Map([[1, { x: 2 }]])),
  () => assert.deepStrictEqual(new Set([1, 2]), new Set([1, 3])),
  () => assert.deepStrictEqual([1, , 3], [1, undefined, 3]),
  () => assert.deepStrictEqual(-0, 0),
  () => assert.deepStrictEqual(new Date(0), new Date(1)),
  () => assert.deepStrictEqual(/a/g, /a/i),
  () => assert.notStrictEqual(1, 1),
  () => assert.notDeepStrictEqual({ a: 1 }, { a: 1 }),
  () => assert.notEqual("1", 1),
  () => assert.match("text", /nope/),
  () => assert.doesNotMatch("text", /te/),
  () => assert.match(5, /x/),
  () => assert.fail(),
  () => assert.fail("failed"),
  () => assert.ifError(null),
  () => assert.ifError(new Error("if error")),
  () => assert.strictEqual(NaN, 0),
  () => assert.strictEqual("x".repeat(100), "x".repeat(99) + "y"),
  () => assert.deepStrictEqual(Array(60).fill(0), Array(60).fill(0).with(30, 1)),
  () => assert.strictEqual(undefined, null),
  () => assert.deepEqual([1, 2, [3]], [1, 2, ["3", 4]]),
  () => assert.partialDeepStrictEqual?.({ a: 1 }, { a: 1, b: 2 }),
];
for (const fail of failures) {
  try {
    fail();
    console.log("no failure");
  } catch (error) {
    console.log(`${error.name} ${error.code} ${error.generatedMessage} ${error.operator}\n${error.message}\n---`);
  }
}
