// run: {"stdin": "line one\nline two\n"}
const fs = require("node:fs");
const buffer = Buffer.alloc(4);
console.log(fs.readSync(0, buffer), buffer.toString());
console.log(JSON.stringify(fs.readFileSync(0, "utf8")));
console.log(fs.readSync(0, buffer));
