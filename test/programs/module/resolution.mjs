// Packages and files, right and wrong, by require() and by import: what is found and what the errors say.
import fs from "node:fs";
import module, { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const base = process.cwd();
const write = (f, t) => {
  fs.mkdirSync(path.dirname(f), { recursive: true });
  fs.writeFileSync(f, t);
};
const require = createRequire(path.join(base, "main.cjs"));
const clean = (s) => String(s).replaceAll(base, "BASE");
const show = (e) =>
  clean(
    `${e.name} ${e.code} ${e.message} ${JSON.stringify(Object.keys(e))} ${e.path ?? ""} ${JSON.stringify(e.requireStack ?? "")} ${e.url ?? ""}`,
  );
const tryRequire = (s) => {
  try {
    console.log("require", s, require(s));
  } catch (e) {
    console.log("require", s, show(e));
  }
};
const tryImport = async (s) => {
  try {
    const m = await import(s.startsWith(".") ? pathToFileURL(s) : s);
    console.log("import", s, Object.keys(m), m.default);
  } catch (e) {
    console.log("import", s, show(e));
  }
};
write("node_modules/bad/package.json", "{ bad json");
write("node_modules/bad/index.js", "");
write("node_modules/badmain/package.json", '{"main":"nope.js"}');
write("node_modules/badmain2/package.json", '{"main":"nope.js"}');
write("node_modules/badmain2/index.js", "module.exports=1");
write("node_modules/dirmain/package.json", '{"main":"lib"}');
write("node_modules/dirmain/lib/index.js", 'module.exports="lib"');
write(
  "node_modules/exp/package.json",
  JSON.stringify({
    name: "exp",
    exports: {
      ".": "./a.js",
      "./sub/*": "./s/*.js",
      "./null": null,
      "./bad": "bad.js",
      "./dir/": "./s/",
      "./cond": { import: "./i.mjs", require: "./r.cjs" },
      "./miss": "./missing.js",
      "./arr": ["bad", "./a.js"],
      "./up": "../up.js",
    },
  }),
);
write("node_modules/exp/a.js", 'module.exports="a"');
write("node_modules/exp/s/x.js", 'module.exports="x"');
write("node_modules/exp/i.mjs", 'export default "i"');
write("node_modules/exp/r.cjs", 'module.exports="r"');
write("node_modules/arr/package.json", "[1]");
write("node_modules/arr/index.js", 'module.exports="arr"');
write("node_modules/str/package.json", '"s"');
write("node_modules/str/index.js", 'module.exports="str"');
write("node_modules/numexp/package.json", '{"exports": 5}');
write("node_modules/numexp/index.js", "module.exports=5");
write("node_modules/mixed/package.json", '{"exports": {".": "./a.js", "b": "./b.js"}}');
write("node_modules/types/package.json", '{"type": 5, "main": 7, "name": [], "exports": null}');
write("node_modules/types/index.js", 'module.exports="types"');
write("node_modules/bom/package.json", '\ufeff{"main":"m.js"}');
write("node_modules/bom/m.js", 'module.exports="bom"');
write("node_modules/dup/package.json", '{"main":"a.js","main":"b.js"}');
write("node_modules/dup/a.js", 'module.exports="a"');
write("node_modules/dup/b.js", 'module.exports="b"');
write("node_modules/esm/package.json", '{"type":"module","exports":"./e.js"}');
write("node_modules/esm/e.js", 'export default "esm"');
write(
  "package.json",
  JSON.stringify({
    name: "self",
    exports: { "./me": "./me.cjs" },
    imports: { "#a": "./me.cjs", "#b/*": "./node_modules/exp/s/*.js", "#ext": "exp", "#null": null, "#/x": "./me.cjs" },
  }),
);
write("me.cjs", 'module.exports="me"');
write("j.json", '{"a":1,}');
write("ok.json", '{"a":1}');
write("syn.cjs", "let let = 1");
write("noext", 'module.exports="noext"');
write("dir/index.js", 'module.exports="dir"');
write("t.mjs", 'import "./gone.mjs"');
write("bad.node", "x");
write("a.wasm", "");
write("x.txt", 'module.exports="txt"');
write("named.cjs", "exports.a=1");
write("n.mjs", 'import { b } from "./named.cjs"');
write("n2.mjs", 'import { b } from "./i2.mjs"');
write("i2.mjs", "export const a=1");
write("sub/package.json", '{"type":"module"}');
write("sub/x.js", 'export default import.meta.dirname.length>0 && import.meta.filename.endsWith("x.js")');
write("sub/cjs.js", "module.exports=1");
write("nx/package.json", '{"type":"module"}');
write("nx/noext", "export default 1");
write("nx/x.unk", "export default 1");
write("tla.mjs", "await 0; export default 1");
write("bare.cjs", 'require("nope/x")');
for (const s of [
  "bad",
  "badmain",
  "badmain2",
  "dirmain",
  "exp",
  "exp/sub/x",
  "exp/sub/y",
  "exp/null",
  "exp/bad",
  "exp/dir/x.js",
  "exp/cond",
  "exp/miss",
  "exp/nope",
  "exp/arr",
  "exp/up",
  "exp/package.json",
  "arr",
  "str",
  "numexp",
  "mixed",
  "types",
  "bom",
  "dup",
  "esm",
  "self/me",
  "self/nope",
  "self",
  "#a",
  "#b/x",
  "#b/zz",
  "#ext",
  "#null",
  "#none",
  "#",
  "./j.json",
  "./ok.json",
  "./syn.cjs",
  "./noext",
  "./dir",
  "./dir/",
  "./gone",
  "./gone/",
  ".",
  "..x",
  "",
  "nope",
  "@x/y",
  "./x.txt",
  "./t.mjs",
  "./tla.mjs",
  "./sub/x.js",
  "./sub/cjs.js",
  "./nx/noext",
  "./nx/x.unk",
  "./bare.cjs",
  "node:nope",
  "fs/nope",
  "node:test",
  "test",
  "./me.cjs?x",
  "/nope/abs",
  "file:///x",
])
  tryRequire(s);
for (const s of [
  "bad",
  "badmain",
  "badmain2",
  "dirmain",
  "exp",
  "exp/sub/x",
  "exp/sub/y",
  "exp/null",
  "exp/bad",
  "exp/dir/x.js",
  "exp/cond",
  "exp/miss",
  "exp/nope",
  "exp/up",
  "arr",
  "str",
  "numexp",
  "mixed",
  "types",
  "bom",
  "esm",
  "self/me",
  "self/nope",
  "#a",
  "#ext",
  "#none",
  "./j.json",
  "./ok.json",
  "./syn.cjs",
  "./noext",
  "./dir",
  "./gone",
  "nope",
  "@x",
  "./x.txt",
  "./t.mjs",
  "./n.mjs",
  "./n2.mjs",
  "./sub/x.js",
  "./sub/cjs.js",
  "./nx/noext",
  "./nx/x.unk",
  "./a.wasm",
  "node:nope",
  "http://x/y.mjs",
  "data:text/javascript,export default 1",
  "data:application/json,{}",
  "data:text/plain,x",
  "./me.cjs?x#y",
  "./tla.mjs",
  "blob:x",
])
  await tryImport(s);
await import(pathToFileURL("ok.json"), { with: { type: "json" } }).then(
  (m) => console.log(m.default),
  (e) => console.log(show(e)),
);
await import(pathToFileURL("j.json"), { with: { type: "json" } }).then(
  (m) => console.log(m.default),
  (e) => console.log(show(e)),
);
await import(pathToFileURL("me.cjs"), { with: { type: "json" } }).then(
  (m) => console.log(m.default),
  (e) => console.log(show(e)),
);
await import(pathToFileURL("me.cjs"), { with: { foo: "json" } }).then(
  (m) => console.log(m.default),
  (e) => console.log(show(e)),
);
for (const a of [
  ["exp", import.meta.url],
  ["..", pathToFileURL(path.join(base, "sub/x.js"))],
  [".", pathToFileURL(path.join(base, "sub/x.js"))],
  ["exp", pathToFileURL(path.join(base, "x.js"))],
  [pathToFileURL(path.join(base, "dir/index.js"))],
  ["nope", pathToFileURL(path.join(base, "x.js"))],
])
  try {
    console.log(clean(module.findPackageJSON(...a)));
  } catch (e) {
    console.log(show(e));
  }
for (const s of ["exp", "./x", "#a", "fs", "exp/nope", "nope"])
  try {
    console.log(clean(import.meta.resolve(s, pathToFileURL(path.join(base, "x.js")))).replace(/.*\/mods\.mjs/, ""));
  } catch (e) {
    console.log(e.code);
  }
try {
  console.log(
    clean(require.resolve("exp")),
    clean(require.resolve.paths("x").slice(0, 3)),
    require.resolve.paths("fs"),
  );
} catch (e) {
  console.log(show(e));
}
console.log(module.isBuiltin("fs"), module.builtinModules.length);
console.log(
  Object.keys(module.constants),
  module.syncBuiltinESMExports(),
  typeof module.registerHooks,
  module.stripTypeScriptTypes("let x: number = 1"),
);
