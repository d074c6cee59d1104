const module_ = require("node:module");
console.log(
  module_.builtinModules.filter((name) => !name.startsWith("_")).join(),
  module_.isBuiltin("fs"),
  module_.isBuiltin("node:test"),
  module_.isBuiltin("test"),
  module_.isBuiltin("nope"),
);
console.log(
  typeof module_.createRequire(__filename)("fs").readFileSync,
  module_.Module === module_,
  Object.keys(module_._extensions),
  module_.wrap("x"),
  typeof module_.syncBuiltinESMExports,
  module_.findPackageJSON?.("..", __filename),
);
for (const argument of ["relative", 5, "http://x"]) {
  try {
    module_.createRequire(argument);
  } catch (error) {
    console.log(error.code, error.message);
  }
}
const compiled = new module_("virtual.js", module);
compiled.filename = "/virtual.js";
compiled.paths = [];
compiled._compile("module.exports = { file: __filename, own: module.id }", "/virtual.js");
console.log(compiled.exports, compiled.loaded);
const originalLoad = module_._load;
module_._load = function (request, ...rest) {
  return request === "fake" ? { faked: true } : originalLoad.call(this, request, ...rest);
};
console.log(require("fake"));
module_._extensions[".txt"] = (m, filename) => (m.exports = require("node:fs").readFileSync(filename, "utf8").trim());
require("node:fs").writeFileSync("note.txt", "loaded as text\n");
console.log(require("./note.txt"));
