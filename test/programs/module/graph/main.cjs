const log = (global.log = []);
const a = require("./a.cjs");
console.log(a, require("./a.cjs") === a, log);
console.log(require("./data.json"), require("./data"), require("./folder"), require("./folder/"));
console.log(Object.keys(require.cache).map((file) => file.slice(__dirname.length)));
delete require.cache[require.resolve("./data.json")];
console.log(require("./data.json") === require("./data.json"), module.children.length);
for (const id of ["./broken.json", "./throws.cjs", "./throws.cjs", "./folder/nothing"]) {
  try {
    require(id);
  } catch (error) {
    console.log(error.name, error.message.split("\n")[0].replaceAll(__dirname, "."));
  }
}
