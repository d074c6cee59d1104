import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground } from "../support/hostile.ts";

describe("programs that end in odd places", () => {
  const { attack } = battleground();

  const exits = {
    "in a getter during inspect": "console.log({ get x() { process.exit(40); } }.x);",
    "in a promise reaction": "Promise.resolve().then(() => process.exit(40)); await new Promise(() => {});",
    "in a toString during concatenation": `"" + { toString() { process.exit(40); } };`,
    "in a proxy trap": "Object.keys(new Proxy({}, { ownKeys() { process.exit(40); } }));",
    "in a sort comparison": "[3, 2, 1].sort(() => process.exit(40));",
    "in a replace callback": `"abc".replace(/b/, () => process.exit(40));`,
    "in a JSON reviver": `JSON.parse("[1]", () => process.exit(40));`,
    "in toJSON": "JSON.stringify({ toJSON() { process.exit(40); } });",
    "in a custom inspect": `import util from "node:util"; console.log({ [util.inspect.custom]() { process.exit(40); } });`,
    "in an async hook": `
      import { createHook } from "node:async_hooks";
      createHook({ init() { process.exit(40); } }).enable();
      setTimeout(() => {}, 1);`,
    "in prepareStackTrace": "Error.prepareStackTrace = () => process.exit(40); new Error('x').stack;",
    "in another context": `import vm from "node:vm"; vm.runInNewContext("leave(40)", { leave: (code) => process.exit(code) });`,
    "in a module that is being imported": `await import("data:text/javascript,process.exit(40)");`,
    "in a WebAssembly import": `
      const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 109, 1, 102, 0, 0, 8, 1, 0);
      await WebAssembly.instantiate(bytes, { m: { f: () => process.exit(40) } });`,
    "in a stream's destroy": `
      import { Readable } from "node:stream";
      new Readable({ read() {}, destroy() { process.exit(40); } }).destroy();`,
    "in an uncaughtException handler": `process.on("uncaughtException", () => process.exit(40)); throw new Error("x");`,
    twice: `process.on("exit", () => process.exit(40)); process.exit(1);`,
    "by reallyExit": "process.reallyExit(40);",
    "in a finalizer of a finally": "try { throw 1; } finally { process.exit(40); }",
    "in structuredClone": "structuredClone({ get x() { process.exit(40); } });",
    "in fs callbacks": `import fs from "node:fs"; fs.stat("/", () => process.exit(40)); setInterval(() => {}, 1000);`,
  };
  for (const [place, code] of Object.entries(exits)) {
    test(`process.exit ${place}`, async () => {
      const { exitCode } = await attack(`${code}\nconsole.log("never");`, { timeout: 10_000 });
      assert.equal(exitCode, 40);
    });
  }

  test("nothing is printed after process.exit", async () => {
    const { stdout } = await attack(
      `try { process.exit(0); } catch {} finally { console.log("finally"); } console.log("after");`,
    );
    assert.equal(stdout, "");
  });

  test("process.kill(process.pid, 9)", async () => {
    const { exitCode, stdout } = await attack(`
      process.on("exit", () => console.log("never"));
      console.log("before");
      process.kill(process.pid, 9);
      while (true);`);
    assert.deepEqual({ exitCode, stdout }, { exitCode: 137, stdout: "before\n" });
  });

  test("process.abort and an unhandled SIGSEGV end the one process", async () => {
    assert.equal((await attack("process.abort();")).exitCode, 134);
    assert.equal((await attack(`process.kill(process.pid, "SIGSEGV"); await new Promise(() => {});`)).exitCode, 139);
    assert.equal(
      (await attack("try { process.kill(-1, 9); } catch {} process.kill(0, 9); while (true);")).exitCode,
      137,
    );
  });

  test("a program that dies of a message while others wait is gone with its thread", { timeout: 20_000 }, async () => {
    const { exitCode } = await attack(`
      import { BroadcastChannel } from "node:worker_threads";
      const channels = Array.from({ length: 9 }, () => new BroadcastChannel("crowd"));
      let heard = 0;
      for (const channel of channels) {
        channel.onmessage = () => { if (++heard === 5) throw new Error("enough"); };
      }
      for (const channel of channels) channel.postMessage("x");`);
    assert.equal(exitCode, 1);
  });

  test("no process of a VM is reachable from another", async () => {
    const { stdout } = await attack(`
      const reached = [];
      for (let pid = 1; pid < 5000; pid++) {
        if (pid === process.pid) continue;
        try { process.kill(pid, 9); reached.push(pid); } catch {}
      }
      console.log(reached.length <= 1);`);
    assert.equal(stdout, "true\n");
  });
});
