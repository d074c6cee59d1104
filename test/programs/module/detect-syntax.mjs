// Which module system an ambiguous file is in, by its syntax alone.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "detect-"));
const which = `globalThis.seen = typeof require;`;
const sources = {
  plain: which,
  await: `await 1; ${which}`,
  "await in an argument": `String(await 1); ${which}`,
  "await in a condition": `if (await 1) { ${which} }`,
  "await in parentheses": `(await import("node:fs")).default; ${which}`,
  "await in an array": `[await 1]; ${which}`,
  "await in a template": "`${await 1}`; " + which,
  "await in a loop": `for (let i = await 0; i < 1; i++) { ${which} }`,
  "await of a parenthesis": `const await_ = 1; ${which} globalThis.await = String; await (1);`,
  "for await": `for await (const a of [1]) { ${which} }`,
  "await as an object's value": `({ a: await 1 }); ${which}`,
  "await beside import()": `import("node:fs"); await 1; ${which}`,
  "await and a mistake": `String(await 1; ${which}`,
  "a mistake": `String(1; ${which}`,
  "another mistake": `if (] ${which}`,
  "await and sloppy code": `with ({}) {} await 1; ${which}`,
  "require declared": `const require = 1; ${which}`,
  "module declared": `const module = 1; ${which}`,
  "exports twice": `const exports = 1, exports = 2; ${which}`,
  "import.meta": `import.meta.url; ${which}`,
  export: `export {}; ${which}`,
  "dynamic import alone": `import("node:fs"); ${which}`,
  "import in a comment": `/* import "x" */ ${which}`,
  return: `${which} return;`,
  "return and await": `await 1; ${which} return;`,
};
let number = 0;
for (const [name, source] of Object.entries(sources)) {
  const file = join(folder, `${number++}.js`);
  writeFileSync(file, source);
  globalThis.seen = undefined;
  try {
    await import(file);
    console.log(`${name}: ${globalThis.seen}`);
  } catch (error) {
    console.log(`${name}: ${error.name} ${error.message}`);
  }
}
