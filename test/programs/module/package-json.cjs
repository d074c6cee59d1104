// What package.json may hold.
const fs = require("node:fs");
const path = require("node:path");
const m = require("node:module");
const base = process.cwd();
let i = 0;
for (const text of [
  '{"name":5}',
  '{"name":[]}',
  '{"main":7}',
  '{"main":null}',
  '{"main":{}}',
  '{"type":5}',
  '{"type":"nope"}',
  '{"type":null}',
  '{"exports":null}',
  '{"exports":5}',
  '{"exports":true}',
  '{"exports":"./index.js"}',
  '{"exports":[]}',
  '{"exports":["./index.js"]}',
  '{"imports":5}',
  '{"imports":[]}',
  '{"imports":"x"}',
  '{"imports":{"#a":"./index.js"}}',
  '{"imports":null}',
  "[]",
  "5",
  "null",
  '""',
  '"x"',
  "",
  "{}",
  "{} x",
  '{"a":1,}',
  '{"main":"a.js","main":"index.js"}',
  '{"scripts":5}',
  '{"scripts":{"a":"b"}}',
  "\ufeff{}",
  '{"type":"module"}',
  '{"type":"module","type":"commonjs"}',
  '{"main":"index.js"',
  '{"type":"mod\\u0075le"}',
  '{"exports":  {  ".":   "./index.js" } }',
  '{"exports":{".":{"require":"./index.js"},"./p":1e5}}',
  "// c\n{}",
  '{"x":"\t"}',
]) {
  const d = path.join(base, "node_modules", `p${i++}`);
  fs.mkdirSync(d, { recursive: true });
  fs.writeFileSync(`${d}/package.json`, text);
  fs.writeFileSync(`${d}/index.js`, 'module.exports="ok"');
  const r = m.createRequire(`${base}/x.cjs`);
  try {
    console.log(text, r(`p${i - 1}`));
  } catch (e) {
    console.log(text, e.code, e.message.replaceAll(base, "BASE").slice(0, 150));
  }
}
