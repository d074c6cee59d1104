const util = require("node:util");
const callbackStyle = (value, done) =>
  setImmediate(done, value instanceof Error ? value : null, value, "ignored second");
const custom = () => {};
custom[util.promisify.custom] = () => Promise.resolve("custom result");
(async () => {
  console.log(
    await util.promisify(callbackStyle)("value"),
    await util.promisify(custom)(),
    util.promisify(custom) === util.promisify(custom),
  );
  await util
    .promisify(callbackStyle)(new Error("callback error"))
    .catch((error) => console.log(error.message));
  console.log(await util.promisify(setTimeout)(1, "from timer"), await util.promisify(setImmediate)("from immediate"));
  const callbackified = util.callbackify(async (x) => {
    if (x === null) throw null;
    return x * 2;
  });
  callbackified(21, (error, value) => console.log(error, value));
  callbackified(null, (error) => console.log(error.code, error.reason, error.message));
  console.log(callbackified.name, callbackified.length, util.promisify(callbackStyle).name);
  for (const fail of [() => util.promisify(1), () => util.callbackify("x"), () => callbackified(1)]) {
    try {
      fail();
    } catch (error) {
      console.log(error.code, error.message);
    }
  }
})();
