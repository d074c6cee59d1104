const fs = require("node:fs");
console.log(fs.constants);
fs.writeFileSync("f", "", { mode: 0o644 });
console.log(
  fs.accessSync("f"),
  fs.accessSync("f", fs.constants.R_OK | fs.constants.W_OK),
  fs.accessSync(".", fs.constants.X_OK),
);
fs.access("f", fs.constants.F_OK, (error) => console.log(error));
console.log(Object.keys(fs).sort().join(" "));
console.log(Object.keys(fs.promises).sort().join(" "));
