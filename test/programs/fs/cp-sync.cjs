// fs.cpSync: what may be copied onto what, links, modes and times, and the shapes of its errors.
const fs = require("node:fs");
const path = require("node:path");
const base = process.cwd();
const show = (name, f) => {
  try {
    console.log(name, "ok", f());
  } catch (e) {
    console.log(
      name,
      e.name,
      JSON.stringify({
        message: e.message,
        code: e.code,
        errno: e.errno,
        syscall: e.syscall,
        path: e.path,
        dest: e.dest,
        keys: Object.keys(e),
      }).replaceAll(base, "BASE"),
    );
  }
};
fs.mkdirSync("src/a/b", { recursive: true });
fs.writeFileSync("src/a/b/f", "hello");
fs.writeFileSync("src/x", "x", { mode: 0o640 });
fs.symlinkSync("x", "src/l");
fs.symlinkSync("nowhere", "src/dangling");
fs.symlinkSync("a", "src/ld");
fs.symlinkSync("/etc", "src/abs");
const R = { recursive: true };
const walk = (d, pre = "") =>
  fs
    .readdirSync(d, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((e) => (e.isDirectory() ? [pre + e.name, ...walk(`${d}/${e.name}`, `${pre + e.name}/`)] : [pre + e.name]));
const ls = (d) =>
  walk(d)
    .map((n) => {
      const p = path.join(d, n);
      const s = fs.lstatSync(p);
      return (
        n +
        ":" +
        (s.mode & 0o7777).toString(8) +
        (s.isSymbolicLink() ? `->${fs.readlinkSync(p).replaceAll(base, "BASE")}` : "")
      );
    })
    .join(" ");
show("norec", () => fs.cpSync("src", "dst"));
show("norec/", () => fs.cpSync("src/", "dst"));
show("same", () => fs.cpSync("src", "src", R));
show("samefile", () => fs.cpSync("src/x", "./src/x"));
show("hardlink", () => {
  fs.linkSync("src/x", "hard");
  fs.cpSync("src/x", "hard");
});
show("sub", () => fs.cpSync("src", "src/sub", R));
show("subsub", () => fs.cpSync("src", "src/a/b/c/d", R));
show("prefix", () => fs.cpSync("src", "src2", R));
show("ls", () => ls("src2"));
show("missing", () => fs.cpSync("nope", "d"));
show("missing2", () => fs.cpSync("nope", "d", R));
show("missingderef", () => fs.cpSync("nope", "d", { dereference: true }));
fs.writeFileSync("file", "1");
show("dir2file", () => fs.cpSync("src", "file", R));
show("file2dir", () => fs.cpSync("file", "src2", R));
show("file2newdir", () => fs.cpSync("file", "n1/n2/f"));
show("ls n1", () => ls("n1"));
show("exist", () => fs.cpSync("file", "n1/n2/f", { errorOnExist: true, force: false }));
show("verbatim", () => {
  fs.cpSync("src", "v1", { verbatimSymlinks: true, recursive: true });
  return ls("v1");
});
show("verbatim again", () => {
  fs.cpSync("src", "v1", { verbatimSymlinks: true, recursive: true });
  return ls("v1");
});
show("deref", () => {
  fs.rmSync("src/dangling");
  fs.rmSync("src/abs");
  fs.cpSync("src", "v2", { dereference: true, recursive: true });
  return ls("v2");
});
show("mode", () => {
  fs.cpSync("src/x", "m1");
  fs.chmodSync("src/x", 0o444);
  fs.cpSync("src/x", "m1");
  return (fs.statSync("m1").mode & 0o7777).toString(8);
});
show("times", () => {
  fs.utimesSync("src/x", 1000.5, 2000.25);
  fs.cpSync("src", "t", { preserveTimestamps: true, recursive: true, force: true });
  const s = fs.statSync("t/x");
  return [s.mtimeMs];
});
show("times file", () => {
  fs.cpSync("src/x", "t2", { preserveTimestamps: true });
  const s = fs.statSync("t2");
  return [s.mtimeMs, (s.mode & 0o777).toString(8)];
});
show("symlink in src to dest", () => {
  fs.mkdirSync("s5");
  fs.mkdirSync("d5");
  fs.symlinkSync(path.resolve("d5"), "s5/link");
  fs.cpSync("s5", "d5", R);
  fs.cpSync("s5", "d5", R);
});
show("symlink in dest to src", () => {
  fs.mkdirSync("s6/a/b", R);
  fs.symlinkSync(path.resolve("s6/a/b"), "s6/a/c");
  fs.mkdirSync("d6/a", R);
  fs.symlinkSync(path.resolve("s6"), "d6/a/c");
  fs.cpSync("s6", "d6", R);
});
show("symlink over file", () => {
  fs.mkdirSync("s7");
  fs.symlinkSync("q", "s7/l");
  fs.mkdirSync("d7");
  fs.writeFileSync("d7/l", "");
  fs.cpSync("s7", "d7", R);
});
show("file over symlink", () => {
  fs.mkdirSync("s8");
  fs.writeFileSync("s8/l", "new");
  fs.mkdirSync("d8");
  fs.writeFileSync("q8", "old");
  fs.symlinkSync("../q8", "d8/l");
  fs.cpSync("s8", "d8", R);
  return ls("d8") + fs.readFileSync("q8");
});
show("file over dir", () => {
  fs.mkdirSync("s10");
  fs.writeFileSync("s10/l", "");
  fs.mkdirSync("d10/l", R);
  fs.cpSync("s10", "d10", R);
});
show("filter", () => {
  fs.cpSync("src", "fl", { recursive: true, filter: (s) => !s.endsWith("x") });
  return ls("fl");
});
show("toplink", () => {
  fs.cpSync("src/l", "tl");
  return fs.readlinkSync("tl").replaceAll(base, "BASE");
});
show("unreadable mode", () => {
  fs.mkdirSync("s11", { mode: 0o700 });
  fs.writeFileSync("s11/f", "", { mode: 0o600 });
  fs.cpSync("s11", "d11", R);
  return ls("d11") + (fs.statSync("d11").mode & 0o777).toString(8);
});
show("url", () => {
  fs.cpSync(require("node:url").pathToFileURL("file"), "u1");
  return fs.readFileSync("u1", "utf8");
});
show("trailing", () => {
  fs.cpSync("src/", "tr/", R);
  return ls("tr");
});
