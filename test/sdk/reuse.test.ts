import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NodeRuntime } from "secure-exec";

/** Programs that leave something behind in the isolate in which the next one runs. */
const LEAVING: Record<string, string> = {
  microtasks: `
    const again = () => Promise.resolve().then(() => { process.stdout.write("ghost"); again(); });
    process.on("exit", () => { again(); process.reallyExit(0); });`,
  "microtasks of another context": `
    const vm = require("node:vm");
    const context = vm.createContext({ write: (text) => process.stdout.write(text) });
    process.on("exit", () => {
      vm.runInContext("Promise.resolve().then(() => write('ghost'))", context);
      process.reallyExit(0);
    });`,
  timers: `setTimeout(() => process.stdout.write("ghost"), 50); setImmediate(() => process.exit());`,
  "a finalization registry": `
    const registry = new FinalizationRegistry(() => process.stdout.write("ghost"));
    globalThis.kept = registry;
    for (let i = 0; i < 100; i++) registry.register({ i }, i);
    gc();
    process.exit();`,
  "a registry whose callback throws": `
    const registry = new FinalizationRegistry(() => { throw new Error("ghost"); });
    globalThis.kept = registry;
    for (let i = 0; i < 100; i++) registry.register({ i }, i);
    gc();
    process.exit();`,
  "a wait with a time-out": `
    Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50).value.then(() => process.stdout.write("ghost"));
    process.exit();`,
  "WebAssembly that is still compiled": `
    const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
    for (let i = 0; i < 50; i++) WebAssembly.compile(bytes).then(() => process.stdout.write("ghost"));
    process.exit();`,
  "promise hooks": `
    require("node:v8").promiseHooks.onInit(() => process.stdout.write("ghost"));
    process.on("exit", () => Promise.resolve());`,
  "global symbols and prototypes": `
    Symbol.for("ghost").description;
    Object.prototype.ghost = "ghost";
    Array.prototype.push = () => process.stdout.write("ghost");
    globalThis.ghost = "ghost";`,
  "a prepared stack trace": `Error.prepareStackTrace = () => "ghost"; Error.stackTraceLimit = 0;`,
  "messages that nobody read": `
    const { port1, port2 } = new MessageChannel();
    port2.on("message", () => process.stdout.write("ghost"));
    port1.postMessage(1);
    process.exit();`,
  "much garbage": `const kept = []; for (let i = 0; i < 20; i++) kept.push(new Array(1e5).fill({ i }));`,
};

const NEXT = `
  const stack = new Error("here").stack.split("\\n").length;
  setTimeout(() => {
    gc();
    setTimeout(() => console.log(typeof globalThis.ghost, [].ghost, stack > 1, process.memoryUsage().heapUsed < 20e6), 80);
  }, 1);
`;

describe("nothing of a program that has ended reaches the next one", () => {
  for (const [name, code] of Object.entries(LEAVING)) {
    test(name, async () => {
      await using runtime = await NodeRuntime.create();
      for (let i = 0; i < 2; i++) {
        const { stderr } = await runtime.exec(code, { execArgv: ["--expose-gc"], timeout: 10_000 });
        assert.equal(stderr, "");
        const begin = performance.now();
        const next = await runtime.exec(NEXT, { execArgv: ["--expose-gc"], timeout: 10_000 });
        assert.deepEqual(next, { stdout: "undefined undefined true true\n", stderr: "", exitCode: 0 });
        assert.ok(performance.now() - begin < 5000, "it is not held up");
      }
    });
  }

  test("a program that was killed, and one that failed, leave the next one alone", async () => {
    await using runtime = await NodeRuntime.create();
    for (const code of [
      "for (;;);",
      "throw new Error('boom')",
      "process.kill(process.pid, 'SIGKILL')",
      "process.abort()",
    ]) {
      assert.notEqual((await runtime.exec(code, { timeout: 300 })).exitCode, 0);
      assert.equal((await runtime.exec("console.log(1)")).stdout, "1\n");
    }
  });

  test("memory stays flat over hundreds of programs, and each may use all of its own", async () => {
    await using runtime = await NodeRuntime.create({ limits: { memoryMb: 64 } });
    const large =
      "const kept = []; for (let i = 0; i < 30; i++) kept.push(new Uint8Array(1 << 20).fill(1)); console.log(kept.length);";
    for (let i = 0; i < 20; i++) assert.equal((await runtime.exec(large)).stdout, "30\n");
    const heap =
      "const kept = []; for (let i = 0; i < 40; i++) kept.push(new Array(1 << 17).fill(i + 0.5)); console.log(kept.length);";
    for (let i = 0; i < 10; i++) assert.equal((await runtime.exec(heap)).stdout, "40\n");
  });

  test("a program may have more memory than the one before", async () => {
    await using runtime = await NodeRuntime.create();
    const hungry =
      "const kept = []; for (let i = 0; i < 60; i++) kept.push(new Array(1 << 18).fill(i + 0.5)); console.log(kept.length);";
    assert.equal((await runtime.exec(hungry, { limits: { memoryMb: 32 } })).exitCode, 137);
    assert.equal((await runtime.exec("1", { limits: { memoryMb: 32 } })).exitCode, 0);
    assert.equal((await runtime.exec(hungry, { limits: { memoryMb: 512 } })).stdout, "60\n");
  });
});
