// An ES module that throws when it is required leaves no unhandled rejection behind.
const fs = require("node:fs");
fs.writeFileSync("throws.mjs", 'throw new Error("boom")');
for (let i = 0; i < 2; i++) {
  try {
    require(`${process.cwd()}/throws.mjs`);
  } catch (error) {
    console.log(error.message);
  }
}
process.on("exit", (code) => console.log(code));
