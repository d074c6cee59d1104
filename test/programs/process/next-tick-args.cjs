process.nextTick((...args) => console.log(args), 1, "two", { three: 3 }, [4], null);
process.nextTick(() => {
  process.nextTick(() => console.log("nested"));
  console.log("outer");
});
for (const value of [undefined, "x", {}]) {
  try {
    process.nextTick(value);
  } catch (error) {
    console.log(error.code, error.message);
  }
}
queueMicrotask(() => console.log("microtask"));
