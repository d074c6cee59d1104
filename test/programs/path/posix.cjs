const path = require("node:path");
for (const p of [
  "",
  ".",
  "/",
  "/a/b.txt",
  "a/b/../c",
  "./a//b/",
  "../..",
  "/../x",
  "a/.hidden",
  "file.tar.gz",
  "name.",
  "/a/b/",
  "//double",
  "a\\b",
  "ä/ö.é",
]) {
  console.log(
    JSON.stringify(p),
    path.normalize(p),
    path.dirname(p),
    path.basename(p),
    JSON.stringify(path.extname(p)),
    path.isAbsolute(p),
    path.parse(p),
  );
}
console.log(
  path.join("a", "..", "b", "./c"),
  path.join(),
  path.join("", ""),
  path.resolve("/a", "b", "../c"),
  path.resolve("/a", "/b"),
  path.relative("/a/b/c", "/a/d"),
  path.relative("/a", "/a"),
  JSON.stringify(path.relative("/a/b", "/a/b/c/")),
);
console.log(
  path.format({ dir: "/d", name: "n", ext: "e" }),
  path.format({ root: "/", base: "b", name: "ignored" }),
  path.basename("a.js", ".js"),
  path.basename("js", "js"),
  path.sep,
  path.delimiter,
  path.posix === path,
  path.toNamespacedPath("/x"),
);
console.log(path.matchesGlob?.("/a/b.js", "/a/*.js"), path.resolve("") === process.cwd());
for (const fail of [
  () => path.join(1),
  () => path.resolve({}),
  () => path.parse(null),
  () => path.format("x"),
  () => path.basename("a", 1),
]) {
  try {
    fail();
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
