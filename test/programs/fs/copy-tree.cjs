const fs = require("node:fs");
fs.mkdirSync("src/a/b", { recursive: true });
fs.writeFileSync("src/one", "1");
fs.writeFileSync("src/a/two", "2", { mode: 0o755 });
fs.writeFileSync("src/a/b/three", "3");
fs.symlinkSync("one", "src/link");
fs.cpSync("src", "dst", { recursive: true, filter: (from) => !from.endsWith("three") });
console.log(
  fs.readdirSync("dst", { recursive: true }).sort(),
  fs.statSync("dst/a/two").mode & 0o100,
  fs.lstatSync("dst/link").isSymbolicLink(),
);
fs.writeFileSync("dst/one", "changed");
fs.cpSync("src", "dst", { recursive: true, force: false });
console.log(fs.readFileSync("dst/one", "utf8"), fs.existsSync("dst/a/b/three"));
fs.cpSync("src/one", "dst/one");
console.log(fs.readFileSync("dst/one", "utf8"));
for (const args of [
  ["src", "dst2"],
  ["src", "src/inside", { recursive: true }],
  ["src", "dst", { recursive: true, force: false, errorOnExist: true }],
  ["missing", "x"],
  ["src/one", "dst"],
  ["src", "dst/one", { recursive: true }],
]) {
  try {
    fs.cpSync(...args);
  } catch (error) {
    console.log(error.name, error.code);
  }
}
fs.cp("src", "async", { recursive: true }, (error) => {
  console.log(error, fs.readdirSync("async").sort());
  fs.promises
    .cp("src/a", "promised", { recursive: true, preserveTimestamps: true })
    .then(() =>
      console.log(
        fs.readdirSync("promised", { recursive: true }).sort(),
        // Seconds as a double do not hold every nanosecond.
        Math.abs(fs.statSync("promised/two").mtimeMs - fs.statSync("src/a/two").mtimeMs) < 1,
      ),
    );
});
