// More descriptors than the soft limit that processes usually start with: Node raises it.
const fs = require("node:fs");
const open = [];
for (let i = 0; i < 3000; i++) open.push(fs.openSync(__filename));
console.log(open.length, fs.readSync(open.at(-1), Buffer.alloc(3)));
for (const fd of open) fs.closeSync(fd);
