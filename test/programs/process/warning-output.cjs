// run: {"nodeArgs": ["--no-deprecation"]}
process.emitWarning("deprecated thing", "DeprecationWarning", "DEP9999");
const util = require("node:util");
const old = util.deprecate(() => "result", "old is old", "DEP9998");
console.log(old());
console.log(process.noDeprecation);
