Error.prepareStackTrace = (error, frames) =>
  `${error.message}: ${frames.length > 0} ${frames[0].getFunctionName()} ${frames[0].getLineNumber()}:${frames[0].getColumnNumber()} ${frames[0].isConstructor()} ${typeof frames[0].getFileName()}`;
function probe() {
  return new Error("prepared").stack;
}
console.log(probe());
Error.prepareStackTrace = undefined;
Error.stackTraceLimit = 1;
console.log(probe().split("\n").length);
Error.stackTraceLimit = 0;
console.log(probe());
const target = {};
Error.stackTraceLimit = 5;
(function hidden() {
  Error.captureStackTrace(target, hidden);
})();
console.log(target.stack.includes("hidden"), target.stack.split("\n")[0]);
