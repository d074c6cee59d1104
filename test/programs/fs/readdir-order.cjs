// Directories are listed in the order of their names' bytes, as libuv sorts them.
const fs = require("node:fs");
const names = ["b", "a", "B", "A", "10", "9", "é", "z", "_", ".hidden", "aa", "a b", "\u{10000}", "\uffee", "\ue000", "ä", "~"];
fs.mkdirSync("d");
for (const name of names) fs.writeFileSync(`d/${name}`, "");
fs.writeFileSync(Buffer.from("d/\xff\xfe", "latin1"), "");
fs.writeFileSync(Buffer.from("d/\x80", "latin1"), "");
for (const name of ["y", "x"]) {
  fs.mkdirSync(`d/${name}`);
  for (const inner of ["2", "1", "10"]) fs.writeFileSync(`d/${name}/${inner}`, "");
}
const print = (title, list) => console.log(title, JSON.stringify(list));
print("names", fs.readdirSync("d"));
print("buffers", fs.readdirSync("d", "buffer").map((name) => name.toString("latin1")));
print("types", fs.readdirSync("d", { withFileTypes: true }).map((entry) => [entry.name, entry.isDirectory()]));
print("recursive", fs.readdirSync("d", { recursive: true }));
fs.readdir("d", (_error, list) => print("callback", list));
fs.promises.readdir("d").then((list) => print("promise", list));
print("glob", fs.globSync("d/*/*"));
print("opendir", fs.readdirSync("d").length);
