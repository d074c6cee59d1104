const util = require("node:util");
function inner(count) {
  return util.getCallSites(count).map(({ functionName, lineNumber, column }) => [functionName, lineNumber, column]);
}
console.log(inner(2), inner(1.9), inner(2.9).length);
for (const count of [0, -1, 201, Number.NaN, "1"]) {
  try {
    inner(count);
  } catch (error) {
    console.log(error.code, error.message);
  }
}
