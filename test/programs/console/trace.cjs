function inner() {
  Error.stackTraceLimit = 2;
  console.trace("here %s", "now", { a: 1 });
}
(function outer() {
  inner();
})();
