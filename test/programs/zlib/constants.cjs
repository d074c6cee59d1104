const zlib = require("node:zlib");
console.log(zlib.constants);
console.log(zlib.codes, Object.keys(zlib).sort().join());
