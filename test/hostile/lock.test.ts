import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NodeRuntime } from "secure-exec";
import { battleground, endOf } from "../support/hostile.ts";

const MB = 1 << 20;

describe("what a VM's kernel is busy with holds up nobody else", () => {
  const { attack, besiege } = battleground();

  test("five VMs with 60,000 symbolic links each, disposed of at once", async () => {
    const code = `
      import fs from "node:fs";
      for (let i = 0; i < 6e4; i++) fs.symlinkSync("target", "link-" + i);`;
    await besiege(async (first) => {
      const others = await Promise.all(Array.from({ length: 4 }, () => NodeRuntime.create()));
      const all = [first, ...others];
      const results = await Promise.all(all.map((runtime) => runtime.exec(code)));
      assert.deepEqual(
        results.map(({ exitCode }) => exitCode),
        Array(5).fill(0),
      );
      await Promise.all(all.map((runtime) => runtime.dispose()));
    });
  });

  test("60,000 arguments", async () => {
    const args = Array.from({ length: 60_000 }, (_, i) => `argument-${i}`);
    assert.equal(await endOf(attack("process.exit(process.argv.length === 60_001 + 1 ? 0 : 9);", { args })), "exit 0");
  });

  test("inputs of 100 MB", async () => {
    const inputs = Array.from({ length: 100 }, () => new Uint8Array(MB).fill(1));
    const end = await endOf(attack("process.exit(inputs.length === 100 ? 0 : 9);", { inputs }));
    assert.equal(end, "exit 0");
  });

  test("inputs of a million objects", async () => {
    const inputs = Array.from({ length: 1e6 }, (_, i) => ({ i }));
    const end = await endOf(attack("process.exit(inputs.length === 1e6 ? 0 : 9);", { inputs }));
    assert.equal(end, "exit 0");
  });

  test("a folder of 60,000 files, read and removed by the host", async () => {
    await besiege(async (runtime) => {
      const made = await runtime.exec(`
        import fs from "node:fs";
        fs.mkdirSync("/tmp/many");
        for (let i = 0; i < 6e4; i++) fs.writeFileSync("/tmp/many/" + i, "");`);
      assert.equal(made.exitCode, 0);
      for (let i = 0; i < 3; i++) assert.equal((await runtime.readdir("/tmp/many")).length, 60_000);
      await runtime.rm("/tmp/many", { recursive: true });
      assert.equal(await runtime.exists("/tmp/many"), false);
    });
  });

  test("a tree 2,000 folders deep and one of 30,000, removed by the host", async () => {
    await besiege(async (runtime) => {
      const made = await runtime.exec(`
        import fs from "node:fs";
        fs.mkdirSync("/tmp/deep"); process.chdir("/tmp/deep");
        for (let i = 0; i < 2000; i++) { fs.mkdirSync("d"); process.chdir("d"); }
        for (let i = 0; i < 300; i++) for (let k = 0; k < 100; k++) fs.mkdirSync("/tmp/wide/" + i + "/" + k, { recursive: true });`);
      assert.equal(made.exitCode, 0, made.stderr);
      await runtime.rm("/tmp/deep", { recursive: true });
      await runtime.rm("/tmp/wide", { recursive: true });
      assert.deepEqual([await runtime.exists("/tmp/deep"), await runtime.exists("/tmp/wide")], [false, false]);
    });
  });

  test("200 MB written and read by the host", async () => {
    await besiege(async (runtime) => {
      const data = new Uint8Array(40 * MB).fill(7);
      for (let i = 0; i < 5; i++) await runtime.writeFile(`/tmp/file-${i}`, data);
      assert.equal((await runtime.readFile("/tmp/file-4")).length, data.length);
    });
  });

  test("output without end that nobody reads", async () => {
    await besiege(async (runtime) => {
      const child = await runtime.spawn(`for (;;) { console.log("x".repeat(1e5)); console.error("y".repeat(1e5)); }`, {
        timeout: 500,
      });
      assert.equal(await child.wait(), 137);
    });
  });

  test("output without end, a byte at a time", async () => {
    const code = `import fs from "node:fs"; for (;;) fs.writeSync(1, "x");`;
    assert.equal(await endOf(attack(code, { timeout: 500, limits: { outputBytes: 1000 } })), "exit 137");
  });

  test("input without end that the program does not read", async () => {
    await besiege(async (runtime) => {
      const child = await runtime.spawn("for (;;);", { timeout: 500 });
      const block = new Uint8Array(MB);
      const written = Promise.allSettled(Array.from({ length: 100 }, () => child.writeStdin(block)));
      assert.equal(await child.wait(), 137);
      await written;
    });
  });

  test("100,000 signals from the host, and as many from the program itself", async () => {
    await besiege(async (runtime) => {
      const child = await runtime.spawn(
        `let heard = 0;
        process.on("SIGUSR2", () => heard++);
        process.on("SIGTERM", () => process.exit(heard > 0 ? 0 : 9));
        for (let i = 0; i < 1e5; i++) process.kill(process.pid, "SIGUSR2");
        process.stdout.write("ready");
        setInterval(() => {}, 1000);`,
      );
      await child.stdout.getReader().read();
      for (let i = 0; i < 1e5; i++) child.kill("SIGUSR2");
      child.kill("SIGTERM");
      assert.equal(await child.wait(), 0);
    });
  });

  test("processes by the hundred: EAGAIN over the limit, and room again when they end", async () => {
    await besiege(
      async (runtime) => {
        const started = await Promise.allSettled(
          Array.from({ length: 200 }, () => runtime.spawn("setInterval(() => {}, 1000);")),
        );
        const children = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
        const refused = started.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
        assert.equal(children.length, 12);
        assert.deepEqual([...new Set(refused)], ["EAGAIN"]);
        for (const child of children) child.kill("SIGKILL");
        await Promise.all(children.map((child) => child.wait()));
        assert.equal((await runtime.exec("console.log(1)")).stdout, "1\n");
      },
      { limits: { processes: 12 } },
    );
  });

  test("programs started and killed in turn, without a wait", async () => {
    await besiege(async (runtime) => {
      const ends = [];
      for (let i = 0; i < 60; i++) {
        const child = await runtime.spawn("for (;;);");
        child.kill("SIGKILL");
        ends.push(child.wait());
      }
      assert.deepEqual(await Promise.all(ends), Array(60).fill(137));
    });
  });

  test("a million timers", async () => {
    const code = "let fired = 0; for (let i = 0; i < 1e6; i++) setTimeout(() => fired++, 1 + (i % 100)); ";
    const all = `${code} process.on("exit", () => { process.exitCode = fired === 1e6 ? 0 : 9; });`;
    assert.match(await endOf(attack(all, { timeout: 30_000, limits: { memoryMb: 1024 } })), /^exit 0$/);
  });

  test("immediates and intervals that multiply", async () => {
    const code = "const more = () => { setImmediate(more); setInterval(more, 1); }; more();";
    assert.equal(await endOf(attack(code, { timeout: 500 })), "exit 137");
  });
});
