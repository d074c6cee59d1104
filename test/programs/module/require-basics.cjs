const path = require("node:path");
console.log(
  module.id,
  path.basename(module.filename),
  module.loaded,
  module.children,
  module.paths.length > 0,
  module.parent,
  require.main === module,
);
console.log(
  path.basename(__filename),
  __dirname === process.cwd(),
  typeof require.resolve,
  Object.keys(require),
  exports === module.exports,
  this === exports,
);
console.log(
  require("fs") === require("node:fs"),
  require.resolve("fs"),
  require.resolve.paths("fs"),
  require.resolve.paths("x").length > 0,
  require.extensions[".js"].length,
);
console.log(arguments.length, typeof arguments[1], require.cache[__filename] === module);
for (const id of ["./missing", "missing-package", "node:nope", "", "/", 5, "node:sqlite2", "./"]) {
  try {
    require(id);
  } catch (error) {
    console.log(error.name, error.code, error.message.replaceAll(__dirname, "."), error.requireStack?.length);
  }
}
try {
  require.resolve("nothing-here");
} catch (error) {
  console.log(error.code);
}
