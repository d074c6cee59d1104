// run: {"nodeArgs": ["--no-warnings"]}
import fs from "node:fs";
import { glob } from "node:fs/promises";
for (const folder of ["src/lib", "src/.git", "test"]) fs.mkdirSync(folder, { recursive: true });
for (const name of ["src/a.js", "src/b.ts", "src/lib/c.js", "src/lib/[d].js", "src/.git/e.js", "test/f.js", "g.JS"])
  fs.writeFileSync(name, "");
for (const pattern of [
  "**/*.js",
  "src/*",
  "src/**",
  "*.{js,JS}",
  "**/[[]d].js",
  "{src,test}/?.js",
  "./src/../test/*",
  "nothing/*",
])
  console.log(pattern, fs.globSync(pattern).sort());
const found = [];
for await (const name of glob("**/*.js", { exclude: (name) => name === "lib" })) found.push(name);
console.log(found.sort());
console.log(
  fs
    .globSync("*", { cwd: "src", withFileTypes: true })
    .map((entry) => entry.name)
    .sort(),
);
fs.glob(["src/*.ts", "test/*"], (error, matches) => console.log(error, matches.sort()));
