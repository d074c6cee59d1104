const assert = require("node:assert/strict");
const boom = () => {
  throw Object.assign(new TypeError("Wrong value"), { code: "E_WRONG", info: { a: 1 } });
};
const checks = [
  () => assert.throws(boom),
  () => assert.throws(boom, TypeError),
  () => assert.throws(boom, RangeError),
  () => assert.throws(boom, /Wrong/),
  () => assert.throws(boom, /Right/),
  () => assert.throws(boom, { name: "TypeError", code: "E_WRONG", message: /value$/ }),
  () => assert.throws(boom, { code: "E_OTHER", info: { a: 1 } }),
  () => assert.throws(boom, (error) => error instanceof TypeError),
  () => assert.throws(boom, () => false),
  () => assert.throws(() => {}),
  () => assert.throws(() => {}, TypeError, "message"),
  () => assert.throws("x"),
  () => assert.throws(boom, "text"),
  () => assert.doesNotThrow(boom),
  () => assert.doesNotThrow(boom, "why"),
  () => assert.throws(boom, {}),
  () =>
    assert.throws(() => {
      throw null;
    }, /x/),
  () => assert.throws(boom, { message: "Wrong value", missing: 1 }),
];
(async () => {
  for (const check of checks) {
    try {
      check();
      console.log("passed");
    } catch (error) {
      console.log(`${error.name} ${error.code}\n${error.message}\n---`);
    }
  }
  await assert.rejects(Promise.reject(new Error("no")), /no/);
  await assert.rejects(Promise.resolve(1)).catch((error) => console.log(error.message));
  await assert.rejects(() => 1).catch((error) => console.log(error.code, error.message));
  await assert.doesNotReject(async () => boom()).catch((error) => console.log(error.message));
  await assert.rejects(5).catch((error) => console.log(error.code, error.message));
})();
