const trap = {
  get boom() {
    process.exit(11);
  },
};
try {
  console.log("before");
  console.log(trap.boom);
} catch {
  console.log("not caught");
} finally {
  console.log("finally is not run");
}
