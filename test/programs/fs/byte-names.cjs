// Names that are no UTF-8, in every encoding that a name can be asked for.
const fs = require("node:fs");
const path = (name) => Buffer.concat([Buffer.from("names/"), Buffer.from(name)]);
fs.mkdirSync("names");
fs.writeFileSync(path([0xff, 0x61, 0xe2, 0x82]), "bytes");
for (const encoding of ["utf8", "buffer", "latin1", "hex", "ucs2"])
  console.log(encoding, fs.readdirSync("names", encoding));
const [name] = fs.readdirSync("names", "buffer");
console.log(fs.readFileSync(path(name), "utf8"), fs.statSync(path(name)).size);
console.log(fs.readdirSync("names", { withFileTypes: true, encoding: "buffer" }).map((entry) => entry.name));
fs.renameSync(path(name), path([0xc3, 0x28, 0xef, 0xbf, 0xbd, 0xf0, 0x9f, 0x98, 0x80]));
console.log(fs.readdirSync("names"), fs.readdirSync("names", "hex"));
fs.symlinkSync(Buffer.from([0x61, 0xff]), "link");
console.log(fs.readlinkSync("link"), fs.readlinkSync("link", "buffer"), fs.lstatSync("link").size);
fs.symlinkSync(Buffer.alloc(300, 0xfe), "long");
console.log(fs.readlinkSync("long", "hex").length, fs.lstatSync("long").size);
fs.writeFileSync("lone\ud800", "");
console.log(
  fs.existsSync("lone\ufffd"),
  fs.readdirSync(".").filter((entry) => entry.startsWith("lone")),
);
