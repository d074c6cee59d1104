import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground } from "../support/hostile.ts";
import { becomesIdle } from "../support/processor.ts";

/** How late a time limit may be kept, in milliseconds: 50 on an idle machine, more on one that runs other tests. */
const TOLERANCE_MS = 500;

describe("programs that never end by themselves are stopped at their time limit", () => {
  const { attack } = battleground();

  const programs = {
    "an endless loop": "while (true);",
    "an endless loop that catches everything": "while (true) { try { while (true); } catch {} finally { continue; } }",
    "endless microtasks": "const again = () => Promise.resolve().then(again); again();",
    "endless queueMicrotask": "const again = () => queueMicrotask(again); again();",
    "endless ticks": "const again = () => process.nextTick(again); again();",
    "endless immediates": "const again = () => setImmediate(again); again();",
    "endless async iteration": "for await (const x of (async function* () { while (true) yield 1; })());",
    "a regular expression that backtracks for ever": `/^(a+)+$/.test("a".repeat(60) + "b");`,
    "a sort that never ends": "[1, 2].sort(() => { while (true); });",
    "a blocking wait": "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
    "a timer far away": "setTimeout(() => {}, 2 ** 30);",
    "a signal handler that refuses to die": `
      for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, () => {});
      process.on("exit", () => { while (true); });
      while (true);`,
    "an exit handler that never returns": `process.on("exit", () => { while (true); }); process.exit(0);`,
    "an endless loop in another context": `import vm from "node:vm"; vm.runInNewContext("while (true);");`,
    "an endless loop in WebAssembly": `
      const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0,
        10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11);
      (await WebAssembly.instantiate(bytes)).instance.exports.f();`,
    "a read from a pipe that never comes": `import fs from "node:fs"; fs.readSync(0, Buffer.alloc(1));`,
  };
  for (const [name, code] of Object.entries(programs)) {
    test(name, async () => {
      const timeout = 300;
      // A stdin that stays open: nothing ends by itself.
      const stdin = (async function* (): AsyncGenerator<string> {
        await new Promise(() => {});
      })();
      const { exitCode, stdout, elapsed } = await attack(`console.log("started");\n${code}`, {
        timeout,
        stdin,
        inspect: async (pid) => assert.ok(await becomesIdle(pid, TOLERANCE_MS), "its thread has ended"),
      });
      assert.equal(exitCode, 137);
      assert.match(stdout, /^started\n/);
      assert.ok(elapsed >= timeout, `stopped after ${elapsed} ms, before its time`);
      assert.ok(elapsed < timeout + TOLERANCE_MS, `stopped after ${elapsed} ms instead of ${timeout}`);
    });
  }

  test("a program is stopped also when that meets the library in a callback from native code", async () => {
    // Each time, chance decides where it is met.
    for (let i = 0; i < 10; i++) {
      const { exitCode } = await attack("for (;;) Promise.reject(1).catch(() => {});", {
        timeout: 100,
        inspect: async (pid) => assert.ok(await becomesIdle(pid, TOLERANCE_MS), "its thread has ended"),
      });
      assert.equal(exitCode, 137);
    }
  });

  test("recursion without end is a RangeError that can be caught", async () => {
    const { exitCode, stdout } = await attack(`
      const dive = () => dive() + 1;
      for (let i = 0; i < 20; i++) try { dive(); } catch (error) { console.log(error instanceof RangeError); }
      const deep = []; let at = deep; for (let i = 0; i < 1e5; i++) at = at[0] = [];
      try { JSON.stringify(deep); } catch (error) { console.log(error.name); }
      try { structuredClone(deep); } catch (error) { console.log(error.name); }
      try { new Function("return " + "(".repeat(1e6))(); } catch (error) { console.log(error.name); }
      console.log("end");`);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^(true\n){20}RangeError\n(\w+\n)*end\n$/);
  });

  test("recursion through callbacks of the runtime ends the program at worst", async () => {
    const { exitCode } = await attack(
      `import { inspect } from "node:util";
      const evil = { [inspect.custom]: () => inspect(evil) };
      try { inspect(evil); } catch {}
      const proxy = new Proxy({}, { get: () => proxy.x, has: () => "x" in proxy, ownKeys: () => Object.keys(proxy) });
      for (const use of [() => proxy.x, () => "x" in proxy, () => structuredClone(proxy), () => inspect(proxy)]) {
        try { use(); } catch {}
      }
      Error.prepareStackTrace = (error) => new Error(error.message).stack;
      try { null.x; } catch (error) { error.stack; }`,
      { timeout: 10_000 },
    );
    assert.ok(exitCode === 0 || exitCode === 7 || exitCode === 1, `exit code ${exitCode}`);
  });
});
