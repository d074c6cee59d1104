log.push("a starts");
exports.early = true;
const b = require("./b.cjs");
log.push(`a sees b.done = ${b.done}`);
exports.done = true;
