const fs = require("node:fs");
const path = require("node:path");
const here = (p) => path.relative(fs.realpathSync("."), p) || ".";
fs.mkdirSync("real/deep", { recursive: true });
fs.writeFileSync("real/deep/file", "content");
fs.symlinkSync("real", "to-folder");
fs.symlinkSync("../real/deep/file", "real/up");
fs.symlinkSync("loop-b", "loop-a");
fs.symlinkSync("loop-a", "loop-b");
fs.symlinkSync("nowhere", "dangling");
fs.symlinkSync(path.resolve("real"), "absolute", "dir");
console.log(
  fs.readlinkSync("to-folder"),
  here(fs.realpathSync("to-folder/deep/../up")),
  here(fs.realpathSync.native("absolute/deep")),
  fs.readFileSync("to-folder/up", "utf8"),
  fs.readlinkSync("dangling", "buffer"),
);
for (const call of [
  () => fs.readFileSync("loop-a"),
  () => fs.readFileSync("dangling"),
  () => fs.realpathSync("loop-a"),
  () => fs.linkSync("real", "hard-folder"),
  () => fs.unlinkSync("to-folder/"),
  () => fs.rmdirSync("to-folder"),
]) {
  try {
    call();
  } catch (error) {
    console.log(error.code, error.syscall);
  }
}
fs.writeFileSync("dangling", "created through the link");
console.log(fs.readFileSync("nowhere", "utf8"), fs.lstatSync("dangling").isSymbolicLink());
fs.linkSync("nowhere", "second");
fs.unlinkSync("nowhere");
console.log(fs.readFileSync("second", "utf8"), fs.existsSync("dangling"), fs.statSync("second").nlink);
fs.renameSync("to-folder", "renamed");
console.log(fs.readlinkSync("renamed"), fs.readdirSync("renamed").sort());
