const assert = require("node:assert");
const actual = { name: "x", list: [1, 2, 3], nested: { deep: true } };
assert.deepStrictEqual(actual, { name: "y", list: [1, 3], nested: { deep: true } });
