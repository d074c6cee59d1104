function outer() {
  inner();
}
function inner() {
  throw new RangeError("nobody catches this", { cause: new Error("the cause") });
}
outer();
