const util = require("node:util");
console.log(
  util.inspect(process, { depth: -1 }),
  util.inspect(process.stdout.constructor),
  util.types.isExternal(process),
);
console.log(Object.keys(process.config), typeof process.config.variables);
console.log(util.inspect(process.release).startsWith("{ name: 'node'"), process.emit("nothing listens"));
console.log(Object.getOwnPropertyNames(process).includes("mainModule"), process.mainModule === module);
