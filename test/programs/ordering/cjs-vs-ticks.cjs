const { promisify } = require("node:util");
console.log("1");
process.nextTick(() => console.log("tick"));
(async () => {
  console.log("2");
  await promisify(setImmediate)();
  console.log("after immediate");
  await promisify(process.nextTick)();
  console.log("after tick");
  for await (const x of [Promise.resolve("a"), "b"]) console.log(x);
  const thenable = { then: (resolve) => (console.log("thenable"), resolve("value")) };
  console.log(await thenable);
  await Promise.allSettled([Promise.reject(1), 2]).then((results) => console.log(results));
  await Promise.any([Promise.reject(1), Promise.reject(2)]).catch((error) =>
    console.log(error.constructor.name, error.errors),
  );
})();
Promise.resolve().then(() => console.log("promise"));
console.log("3");
