const { builtinModules } = require("node:module");
for (const name of [
  ...builtinModules.filter((name) => !name.startsWith("_")),
  "node:test",
  "node:sea",
  "node:sqlite",
  "node:test/reporters",
]) {
  try {
    console.log(name, Object.keys(require(name)).sort().join(" "));
  } catch (error) {
    console.log(name, error.code);
  }
}
