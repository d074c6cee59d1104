exports.named = "named export";
Object.defineProperty(exports, "getter", { enumerable: true, get: () => "from a getter" });
exports.dynamic = () => import("./esm.mjs").then((module) => module.default);
module.exports.later = () => {};
exports["not an identifier"] = 1;
