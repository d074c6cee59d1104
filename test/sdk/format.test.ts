import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { NodeRuntime, type RunOptions } from "secure-exec";

/** Says which of CommonJS's variables it sees. */
const SEEN = `[typeof require, typeof module, typeof exports, typeof __filename, typeof __dirname].join()`;
const ALL = "function,object,object,string,string";
const NONE = "undefined,undefined,undefined,undefined,undefined";

let runtime: NodeRuntime;
before(async () => {
  runtime = await NodeRuntime.create({
    files: {
      "/home/user/seen.mjs": `export default ${SEEN};`,
      "/home/user/dep.cjs": `exports.isMain = require.main === module; exports.main = require.main;`,
      "/home/user/index.mjs": `export default "the file";`,
      "/home/user/index.cjs": `module.exports = "the file";`,
      "/home/user/node_modules/pkg/index.js": `module.exports = "a package";`,
      "/other/dep.cjs": `module.exports = "of other";`,
      "/other/dep.mjs": `export default "of other";`,
    },
  });
});
after(() => runtime.dispose());

async function output(program: string, options: RunOptions = {}): Promise<string> {
  const { stdout, stderr } = await runtime.exec(program, options);
  assert.equal(stderr, "");
  return stdout.trimEnd();
}

describe("format", () => {
  const isModule = `typeof this === "undefined" ? "module" : "commonjs"`;
  const DECIDED: Record<string, [program: string, format: string]> = {
    "plain code": [`console.log(${isModule})`, "commonjs"],
    "an import": [`import "node:fs"; console.log(${isModule})`, "module"],
    "an export": [`export {}; console.log(${isModule})`, "module"],
    "import.meta": [`console.log(import.meta.url && ${isModule})`, "module"],
    "a top-level await": [`await 1; console.log(${isModule})`, "module"],
    "an await in a function": [`(async () => { await 1; })(); console.log(${isModule})`, "commonjs"],
    "import()": [`import("node:fs").then(() => 1); console.log(${isModule})`, "commonjs"],
    "import in a string": [`"import 'x'"; console.log(${isModule})`, "commonjs"],
    "require beside a top-level await": [`require("fs"); await 1; console.log(${isModule})`, "module"],
  };
  for (const [name, [program, format]] of Object.entries(DECIDED)) {
    test(`auto: ${name} is ${format}`, async () => assert.equal(await output(program), format));
  }

  test("can be forced", async () => {
    assert.equal(await output(`console.log(${isModule})`, { format: "module" }), "module");
    const { stderr, exitCode } = await runtime.exec(`import "node:fs";`, { format: "commonjs" });
    assert.match(stderr, /SyntaxError: Cannot use import statement outside a module/);
    assert.equal(exitCode, 1);
    await assert.rejects(runtime.exec("", { format: "esm" as any }), {
      code: "ERR_INVALID_ARG_VALUE",
      message: /format/,
    });
  });

  test("TypeScript is decided by what is left without its types", async () => {
    const options = { language: "ts" } as const;
    assert.equal(await output(`import type { A } from "./a.ts"; console.log(${isModule})`, options), "commonjs");
    assert.equal(await output(`const a: number = await 1; console.log(${isModule})`, options), "module");
  });
});

describe("CommonJS's variables", () => {
  for (const format of ["module", "commonjs"] as const) {
    test(`are there for the program itself: ${format}`, async () => {
      assert.equal(await output(`console.log(${SEEN})`, { format }), ALL);
      assert.equal(await output("console.log(require.main === module, module.id)", { format }), "true .");
      const name = format === "module" ? "index.mjs" : "index.cjs";
      const own = await output("console.log(__filename, __dirname, process.argv[1])", { format });
      assert.equal(own, `/home/user/${name} /home/user /home/user/${name}`);
    });

    test(`are no globals: ${format}`, async () => {
      const program = `import("./seen.mjs").then(({ default: seen }) => console.log(seen, "require" in globalThis))`;
      assert.equal(await output(program, { format }), `${NONE} false`);
      const dep = `const { isMain, main } = require("./dep.cjs"); console.log(isMain, main === module)`;
      assert.equal(await output(dep, { format }), "false true");
    });

    test(`may be declared anew: ${format}`, async () => {
      const program = `const require = 1; let module = 2; class exports {} console.log(require, module, typeof exports, typeof __dirname)`;
      assert.equal(await output(program, { format }), "1 2 function string");
      const { stderr } = await runtime.exec("let require = 1;\nlet require = 2;", { format });
      assert.match(
        stderr,
        /index\.[mc]js:2\nlet require = 2;\n {4}\^+\n\nSyntaxError: Identifier 'require' has already been/,
      );
    });
  }

  test("an import may take their names", async () => {
    assert.equal(
      await output(`import { createRequire as require } from "node:module"; console.log(require.name)`),
      "createRequire",
    );
    const usual = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url); console.log(require("pkg"), Object.keys(import.meta))`;
    assert.equal(await output(usual), `a package [ 'dirname', 'filename', 'main', 'resolve', 'url' ]`);
  });
});

describe("CommonJS", () => {
  const PROGRAMS: Record<string, [program: string, stdout: string]> = {
    "this is module.exports": ["console.log(this === module.exports, this === exports)", "true true"],
    "arguments are there": ["console.log(arguments.length, arguments[1] === require)", "5 true"],
    "return ends it": ["console.log(1); return; console.log(2);", "1"],
    "implicit globals": ["a = 1; console.log(globalThis.a)", "1"],
    "octal literals": [String.raw`console.log(010, "\101")`, "8 A"],
    with: ["with ({ a: 1 }) console.log(a)", "1"],
    "a hashbang": ["#!/usr/bin/env node\nconsole.log(1)", "1"],
    "the main idiom": ["function main() { console.log('main') } if (require.main === module) main()", "main"],
  };
  for (const [name, [program, stdout]] of Object.entries(PROGRAMS)) {
    test(name, async () => assert.equal(await output(program), stdout));
  }
});

describe("imports, requires and names", () => {
  test("resolve from the working directory", async () => {
    const options = { cwd: "/other" };
    assert.equal(await output(`console.log(require("./dep.cjs"))`, options), "of other");
    assert.equal(await output(`import dep from "./dep.mjs"; console.log(dep)`, options), "of other");
    assert.equal(await output(`import("./dep.mjs").then((dep) => console.log(dep.default))`, options), "of other");
    assert.equal(await output(`console.log((await import("./dep.mjs")).default)`, options), "of other");
    assert.equal(await output(`import pkg from "pkg"; console.log(pkg, require("pkg"))`), "a package a package");
  });

  test("whatever the program is called", async () => {
    const options = { cwd: "/other", filename: "/srv/named.js" };
    assert.equal(await output(`console.log(require("./dep.cjs"), __filename)`, options), "of other /srv/named.js");
    assert.equal(await output(`import("./dep.mjs").then((dep) => console.log(dep.default))`, options), "of other");
    const module = `import dep from "./dep.mjs"; console.log(dep, import.meta.url, import.meta.resolve("./x"), (await import("./dep.mjs")).default)`;
    assert.equal(await output(module, options), "of other file:///srv/named.js file:///other/x of other");
  });

  test("a file of the program's own name is another module", async () => {
    assert.equal(await output(`console.log(require("./index.cjs"))`), "the file");
    assert.equal(await output(`import own from "./index.mjs"; console.log(own)`), "the file");
  });

  test("filename is the name in stack traces, with the program's own lines and columns", async () => {
    const program = `throw new Error("boom");`;
    const commonjs = await runtime.exec(program, { filename: "job.js" });
    assert.match(
      commonjs.stderr,
      /^\/home\/user\/job\.js:1\nthrow new Error\("boom"\);\n\^\n\nError: boom\n {4}at Object\.<anonymous> \(\/home\/user\/job\.js:1:7\)/,
    );
    const module = await runtime.exec(`export {}; ${program}`, { filename: "job.js" });
    assert.match(
      module.stderr,
      /^file:\/\/\/home\/user\/job\.js:1\nexport {}; throw new Error\("boom"\);\n {17}\^\n\nError: boom\n {4}at file:\/\/\/home\/user\/job\.js:1:18/,
    );
    const hashbang = await runtime.exec(`#!/usr/bin/env node\nawait 1;\n${program}`);
    assert.match(hashbang.stderr, /index\.mjs:3:7/);
    await assert.rejects(runtime.exec("", { filename: "" }), { code: "ERR_INVALID_ARG_VALUE", message: /filename/ });
  });
});

describe("run() without __return", () => {
  const VALUES: Record<string, [program: string, value: unknown]> = {
    "the default export": ["export default { a: 1 };", { a: 1 }],
    "as it is at the end": ["let a = 1; export { a as default }; setTimeout(() => { a = 2 }, 1);", 2],
    "module.exports": ["module.exports = [1, 2];", [1, 2]],
    "what is put into exports": ["exports.a = 1;", { a: 1 }],
    "module.exports of a module": ["await 1; module.exports = 5;", 5],
    "the default export before module.exports": ["module.exports = 5; export default 6;", 6],
    "what __return got before all": ["module.exports = 5; setTimeout(() => __return(7), 1);", 7],
    "when the program calls process.exit()": ["module.exports = 5; process.exit(0);", 5],
    nothing: ["module.exports;", undefined],
  };
  for (const [name, [program, expected]] of Object.entries(VALUES)) {
    test(name, async () => {
      const { value, stderr } = await runtime.run(program);
      assert.equal(stderr, "");
      assert.deepEqual(value, expected);
    });
  }

  test("what can't be cloned is a DataCloneError", async () => {
    for (const program of [
      "export default () => {};",
      "module.exports = () => {};",
      "exports.f = () => {}; process.exit()",
    ]) {
      const { value, exitCode, stderr } = await runtime.run(program);
      assert.deepEqual([value, exitCode], [undefined, 1]);
      assert.match(stderr, /DataCloneError/);
    }
  });

  test("exec() wants none", async () => {
    assert.equal(await output("export default () => {}; console.log(1)"), "1");
  });
});

describe("{ file }", () => {
  test("is run, spawned and gives its value as `node file` would run it", async () => {
    await runtime.writeFile("/data.cjs", `console.log(__filename, require.main === module, process.argv.slice(2))`);
    const { stdout } = await runtime.exec({ file: "/data.cjs" }, { args: ["x"] });
    assert.equal(stdout, "/data.cjs true [ 'x' ]\n");
    const child = await runtime.spawn({ file: "/data.cjs" });
    assert.equal(await child.wait(), 0);
    await assert.rejects(runtime.exec({ file: "data.cjs" }), {
      code: "ERR_INVALID_ARG_VALUE",
      message: /program\.file/,
    });
    await assert.rejects(runtime.exec({ path: "/data.cjs" } as any), {
      code: "ERR_INVALID_ARG_VALUE",
      message: /path/,
    });
    await assert.rejects(runtime.exec(undefined as any), { code: "ERR_INVALID_ARG_TYPE", message: /program/ });
  });
});
