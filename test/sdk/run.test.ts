import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { evaluate, execute, NodeRuntime } from "secure-exec";

let runtime: NodeRuntime;
before(async () => {
  runtime = await NodeRuntime.create({ env: { FROM_VM: "vm", BOTH: "vm" }, files: { "/data/in.txt": "seed" } });
});
after(() => runtime.dispose());

describe("exec()", () => {
  test("gives stdout, stderr and the exit code", async () => {
    const result = await runtime.exec(`console.log("out"); console.error("err"); process.exitCode = 3;`);
    assert.deepEqual(result, { stdout: "out\n", stderr: "err\n", exitCode: 3 });
  });

  test("has top-level await, imports, require and CommonJS's variables", async () => {
    const { stdout, stderr } = await runtime.exec(`
      import { basename } from "node:path";
      const { join } = await import("node:path");
      const names = [typeof module, typeof exports, __dirname, typeof __filename];
      console.log(basename("/a/b"), join("a", "b"), require("node:os").EOL === "\\n", ...names);
    `);
    assert.equal(stderr, "");
    assert.equal(stdout, "b a/b true object object /home/user string\n");
  });

  test("env, cwd, args, argv0 and execArgv reach the program", async () => {
    const { stdout, stderr } = await runtime.exec(
      `console.log(JSON.stringify([process.env, process.cwd(), process.argv.slice(2), process.argv0, typeof gc]))`,
      { env: { BOTH: "run", OWN: "1" }, cwd: "/data", args: ["a", "--b"], argv0: "me", execArgv: ["--expose-gc"] },
    );
    assert.equal(stderr, "");
    const [env, ...rest] = JSON.parse(stdout);
    assert.deepEqual(env, { FROM_VM: "vm", BOTH: "run", OWN: "1" });
    assert.deepEqual(rest, ["/data", ["a", "--b"], "me", "function"]);
  });

  test("nothing of the host's environment is there", async () => {
    process.env.SECRET_OF_THE_HOST = "secret";
    await using fresh = await NodeRuntime.create();
    const { stdout } = await fresh.exec(`console.log(JSON.stringify(process.env))`);
    assert.equal(stdout, "{}\n");
  });

  test("a failing program is no exception, and shows no path of the host", async () => {
    const { stderr, exitCode, stdout } = await runtime.exec(`console.log(1);\nthrow new TypeError("boom");`);
    assert.equal(exitCode, 1);
    assert.equal(stdout, "1\n");
    assert.match(stderr, /TypeError: boom\n {4}at Object\.<anonymous> \(\/home\/user\/index\.cjs:2:7\)/);
    assert.match(stderr, /Node\.js v22\.0\.0/);
    assert.ok(!stderr.includes(process.cwd()), stderr);
  });

  test("a syntax error is told as Node does", async () => {
    const { stderr, exitCode } = await runtime.exec("const a = ;");
    assert.equal(exitCode, 1);
    assert.match(stderr, /SyntaxError: Unexpected token ';'/);
  });

  test("TypeScript runs with its types stripped", async () => {
    const code = `const n: number = 6; console.log(n * 7 as number)`;
    const { stdout, stderr } = await runtime.exec(code, { language: "ts" });
    assert.equal(stderr, "");
    assert.equal(stdout, "42\n");
  });

  test("programs run side by side", async () => {
    const runs = Array.from({ length: 8 }, (_, i) => runtime.exec(`setTimeout(() => console.log(${i}), 5)`));
    const outputs = (await Promise.all(runs)).map(({ stdout }) => stdout);
    assert.deepEqual(outputs, ["0\n", "1\n", "2\n", "3\n", "4\n", "5\n", "6\n", "7\n"]);
  });

  test("a program that can't start rejects with a POSIX code", async () => {
    await assert.rejects(runtime.exec("", { cwd: "/missing" }), { code: "ENOENT" });
  });

  test("a file of the VM is run by its path", async () => {
    await runtime.writeFile(
      "/data/main.cjs",
      `console.log(__filename, require.main === module, process.argv.slice(2))`,
    );
    await runtime.writeFile("/data/main.mts", `const a: number = 1; console.log(import.meta.filename, a)`);
    const first = await runtime.exec({ file: "/data/main.cjs" }, { args: ["x"] });
    assert.equal(first.stdout, "/data/main.cjs true [ 'x' ]\n", first.stderr);
    const second = await runtime.exec({ file: "/data/main.mts" });
    assert.equal(second.stdout, "/data/main.mts 1\n", second.stderr);
    const missing = await runtime.exec({ file: "/data/missing.js" });
    assert.equal(missing.exitCode, 1);
    assert.match(missing.stderr, /Cannot find module '\/data\/missing.js'/);
  });
});

describe("run()", () => {
  test("returns what structured cloning carries, with its type", async () => {
    const { value, exitCode, stderr } = await runtime.run<any>(`
      const cycle = { list: [1, "two", 3n, null, undefined, true, NaN, -0] };
      cycle.self = cycle;
      globalThis.__return({
        cycle,
        map: new Map([[{ a: 1 }, new Set([1, 2])]]),
        date: new Date(86_400_000),
        regexp: /x+/gi,
        error: new RangeError("bad", { cause: "why" }),
        bytes: new Uint8Array([1, 2, 3]),
        floats: new Float64Array([0.5]),
        buffer: new Uint8Array([9, 8]).buffer,
        view: new DataView(new ArrayBuffer(4), 1, 2),
        node: Buffer.from("buffer"),
        big: 2n ** 70n,
      });
    `);
    assert.equal(stderr, "");
    assert.equal(exitCode, 0);
    assert.equal(value.cycle.self, value.cycle);
    assert.deepEqual(value.cycle.list, [1, "two", 3n, null, undefined, true, Number.NaN, -0]);
    assert.deepEqual(value.map, new Map([[{ a: 1 }, new Set([1, 2])]]));
    assert.deepEqual(value.date, new Date(86_400_000));
    assert.deepEqual(value.regexp, /x+/gi);
    assert.ok(value.error instanceof RangeError);
    assert.equal(value.error.message, "bad");
    assert.equal(value.error.cause, "why");
    assert.deepEqual(value.bytes, new Uint8Array([1, 2, 3]));
    assert.equal(value.bytes.buffer.byteLength, 3);
    assert.deepEqual(value.node, Buffer.from("buffer"));
    assert.deepEqual(value.floats, new Float64Array([0.5]));
    assert.deepEqual(new Uint8Array(value.buffer), new Uint8Array([9, 8]));
    assert.equal(value.view.byteLength, 2);
    assert.equal(value.big, 2n ** 70n);
  });

  test("takes the first call; without one the value is undefined", async () => {
    assert.equal((await runtime.run(`__return(1); __return(2);`)).value, 1);
    const result = await runtime.run("1");
    assert.ok("value" in result);
    assert.equal(result.value, undefined);
    assert.equal((await runtime.run("__return(undefined)")).value, undefined);
  });

  test("a value is there although the program fails afterwards", async () => {
    const { value, exitCode } = await runtime.run("__return(5); process.exit(4)");
    assert.deepEqual([value, exitCode], [5, 4]);
  });

  test("what can't be cloned is a DataCloneError in the program", async () => {
    const { value, exitCode, stderr } = await runtime.run("__return(() => {})");
    assert.equal(value, undefined);
    assert.equal(exitCode, 1);
    assert.match(stderr, /DataCloneError/);
  });

  test("a large value arrives", async () => {
    const { value, stderr } = await runtime.run<Uint8Array>("__return(new Uint8Array(20_000_000).fill(7))");
    assert.equal(stderr, "");
    assert.equal(value.byteLength, 20_000_000);
    assert.ok(value.every((byte) => byte === 7));
  });

  test("inputs arrive with their types", async () => {
    const inputs = { text: "'quoted\n`", map: new Map([[1, new Date(0)]]), bytes: Buffer.from("hi"), big: 1n };
    const { value, stderr } = await runtime.run<any>(
      "__return([inputs, inputs.map instanceof Map, inputs.bytes instanceof Uint8Array])",
      { inputs },
    );
    assert.equal(stderr, "");
    assert.deepEqual(value[0], inputs);
    assert.deepEqual(value.slice(1), [true, true]);
    const large = await runtime.run("__return(inputs.length)", { inputs: new Uint8Array(3_000_000) });
    assert.equal(large.value, 3_000_000);
    assert.equal((await runtime.run("__return(typeof inputs)")).value, "undefined");
    assert.equal((await runtime.run(`__return("inputs" in globalThis)`, { inputs: undefined })).value, true);
  });
});

describe("one-shot helpers", () => {
  test("evaluate() gives an expression's value", async () => {
    assert.equal(await evaluate("6 * 7 // the answer"), 42);
    assert.deepEqual(await evaluate("Promise.resolve(new Map([[inputs, 1]]))", { inputs: "a" }), new Map([["a", 1]]));
    await assert.rejects(evaluate("nothing.there"), {
      code: "ERR_GUEST_FAILED",
      exitCode: 1,
      message: /ReferenceError: nothing is not defined/,
    });
  });

  test("execute() runs a program in a VM of its own", async () => {
    const result = await execute(`console.log(process.env.A, process.argv[2]); __return(process.cwd())`, {
      env: { A: "1" },
      cwd: "/own",
      args: ["x"],
    });
    assert.deepEqual(result, { stdout: "1 x\n", stderr: "", exitCode: 0, value: "/own" });
    await assert.rejects(execute("", { nonsense: 1 } as any), { code: "ERR_INVALID_ARG_VALUE" });
  });
});
