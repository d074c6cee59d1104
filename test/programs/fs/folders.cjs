const fs = require("node:fs");
const path = require("node:path");
console.log(
  path.relative(process.cwd(), fs.mkdirSync("a/b/c", { recursive: true })),
  fs.mkdirSync("a/b/c", { recursive: true }),
);
for (const name of ["z", "ä", "10", "9", ".hidden", "UPPER"]) fs.writeFileSync(`a/${name}`, name);
fs.symlinkSync("b", "a/link");
console.log(fs.readdirSync("a").sort(), fs.readdirSync("a", "buffer").sort(Buffer.compare)[0]);
console.log(
  fs
    .readdirSync("a", { withFileTypes: true })
    .sort((x, y) => (x.name < y.name ? -1 : 1))
    .map((entry) => [entry.name, entry.isFile(), entry.isDirectory(), entry.isSymbolicLink(), entry.parentPath]),
);
console.log(fs.readdirSync("a", { recursive: true }).sort());
const dir = fs.opendirSync("a");
console.log(path.basename(dir.path), typeof dir.readSync().name);
dir.closeSync();
for (const call of [() => dir.readSync(), () => dir.closeSync()]) {
  try {
    call();
  } catch (error) {
    console.log(error.code, error.message);
  }
}
console.log(
  /^tmp-[A-Za-z0-9]{6}$/.test(fs.mkdtempSync("tmp-")),
  fs.readdirSync(".").filter((name) => name.startsWith("tmp-")).length,
);
fs.rmSync("a", { recursive: true });
fs.rmSync("a", { force: true });
console.log(fs.existsSync("a"));
console.log(new fs.Dirent("name", fs.constants.UV_DIRENT_FILE, "parent"));
