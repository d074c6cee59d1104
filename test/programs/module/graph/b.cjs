log.push("b starts");
const a = require("./a.cjs");
log.push(`b sees a.early = ${a.early}, a.done = ${a.done}`);
exports.done = true;
