const fs = require("node:fs");
console.log(JSON.stringify(fs.readFileSync(0, "utf8")));
process.stdin.on("data", () => console.log("data"));
process.stdin.on("end", () => console.log("end"));
