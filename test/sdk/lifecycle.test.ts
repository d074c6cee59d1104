import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { NodeRuntime } from "secure-exec";
import { childrenOf, descendantsOf, isAlive } from "../support/vm_process.ts";

const FOREVER = "setInterval(() => {}, 1000);";
const BUSY = "console.log('busy'); for (;;);";

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

/** Runs a program of the host's that uses the package. */
function host(code: string) {
  const source = `import { NodeRuntime } from "secure-exec";\n${code}`;
  return spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: ["ignore", "pipe", "inherit"] });
}

describe("timeout", () => {
  test("kills, and gives what was printed", async () => {
    await using runtime = await NodeRuntime.create();
    for (const code of [`console.log("busy"); ${FOREVER}`, BUSY]) {
      const result = await runtime.exec(code, { timeout: 500 });
      assert.deepEqual(result, { stdout: "busy\n", stderr: "", exitCode: 137 });
    }
    assert.equal((await runtime.exec("console.log(1)", { timeout: 60_000 })).exitCode, 0);
  });

  test("kills endless microtasks and a program that catches every signal", async () => {
    await using runtime = await NodeRuntime.create();
    const codes = [
      "const f = () => queueMicrotask(f); f();",
      "const f = () => process.nextTick(f); f();",
      `process.on("SIGTERM", () => {}); process.on("exit", () => { for (;;); }); ${FOREVER}`,
    ];
    for (const code of codes) assert.equal((await runtime.exec(code, { timeout: 300 })).exitCode, 137);
    assert.equal((await runtime.exec("console.log(1)")).stdout, "1\n");
  });
});

describe("an AbortSignal", () => {
  test("that is aborted starts nothing", async () => {
    await using runtime = await NodeRuntime.create();
    const reason = new Error("why");
    const signal = AbortSignal.abort(reason);
    for (const call of ["exec", "run", "spawn"] as const) {
      await assert.rejects(runtime[call](`require("node:fs").writeFileSync("/tmp/ran", "")`, { signal }), {
        name: "AbortError",
        code: "ABORT_ERR",
        cause: reason,
      });
    }
    assert.equal(await runtime.exists("/tmp/ran"), false);
  });

  test("ends the program with SIGTERM", async () => {
    await using runtime = await NodeRuntime.create();
    const controller = new AbortController();
    const running = runtime.exec(
      `process.on("SIGTERM", () => { require("node:fs").writeFileSync("/tmp/term", ""); process.exit(0); });
       console.log("ready"); ${FOREVER}`,
      { signal: controller.signal, onStdout: () => controller.abort() },
    );
    await assert.rejects(running, { name: "AbortError" });
    assert.equal(await runtime.exists("/tmp/term"), true);
  });

  test("ends one that ignores it with SIGKILL a second later", async () => {
    await using runtime = await NodeRuntime.create();
    const controller = new AbortController();
    const begin = performance.now();
    let aborted = 0;
    const running = runtime.exec(`process.on("SIGTERM", () => {}); console.log("ready"); ${FOREVER}`, {
      signal: controller.signal,
      onStdout() {
        aborted = performance.now() - begin;
        controller.abort();
      },
    });
    await assert.rejects(running, { name: "AbortError" });
    assert.ok(performance.now() - begin - aborted >= 990);
  });

  test("rejects the wait() of a spawned program; unheard, it disturbs nobody", async () => {
    await using runtime = await NodeRuntime.create();
    const controller = new AbortController();
    const process = await runtime.spawn(FOREVER, { signal: controller.signal });
    const unheard = await runtime.spawn(FOREVER, { signal: controller.signal });
    controller.abort();
    await assert.rejects(process.wait(), { name: "AbortError" });
    await until(() => unheard.exitCode !== null);
    assert.equal(unheard.signalCode, "SIGTERM");
  });

  test("aborted after the end changes nothing", async () => {
    await using runtime = await NodeRuntime.create();
    const controller = new AbortController();
    const { exitCode } = await runtime.exec("1", { signal: controller.signal });
    controller.abort();
    assert.equal(exitCode, 0);
  });
});

describe("dispose()", () => {
  test("kills what runs, is idempotent, and ends the runtime", async () => {
    const runtime = await NodeRuntime.create();
    const process = await runtime.spawn(FOREVER);
    const running = runtime.exec(BUSY);
    await Promise.all([runtime.dispose(), runtime.dispose()]);
    await runtime.dispose();
    assert.equal(await process.wait(), 137);
    assert.equal((await running).exitCode, 137);
    const disposed = { code: "ERR_RUNTIME_DISPOSED" };
    await assert.rejects(runtime.exec("1"), disposed);
    await assert.rejects(runtime.run("1"), disposed);
    await assert.rejects(runtime.spawn("1"), disposed);
    await assert.rejects(runtime.readFile("/etc/passwd"), disposed);
    await assert.rejects(runtime.writeFile("/tmp/a", ""), disposed);
  });

  test("that overtakes calls ends programs, and other calls as it ends later ones", async () => {
    const runtime = await NodeRuntime.create();
    const large = new Uint8Array(8 << 20);
    const disposed = { code: "ERR_RUNTIME_DISPOSED" };
    const running = runtime.exec("1", { inputs: large });
    const rejected = [
      assert.rejects(runtime.writeFile("/tmp/large", large), disposed),
      assert.rejects(runtime.spawn("1", { inputs: large }), disposed),
    ];
    const disposal = runtime.dispose();
    assert.equal((await running).exitCode, 137);
    await Promise.all(rejected);
    await disposal;
  });

  test("leaves other VMs working", async () => {
    await using other = await NodeRuntime.create();
    const runtime = await NodeRuntime.create();
    const process = await other.spawn(`for await (const chunk of globalThis.process.stdin) console.log("got it");`);
    await runtime.dispose();
    process.closeStdin();
    assert.equal(await process.wait(), 0);
  });

  test("does not wait for a thread that V8 can't stop", { timeout: 20_000 }, async () => {
    const runtime = await NodeRuntime.create();
    // One builtin that looks at no interrupt for minutes.
    const code = "const list = [1, 2]; list.length = 2 ** 32 - 1; String(list);";
    assert.equal((await runtime.exec(code, { timeout: 300 })).exitCode, 137);
    await runtime.dispose();
    assert.equal(isAlive(runtime.pid), false, "and nothing of it is left");
  });

  test("`await using` calls it", async () => {
    let outer: NodeRuntime;
    {
      await using runtime = await NodeRuntime.create();
      outer = runtime;
    }
    await assert.rejects(outer.exec("1"), { code: "ERR_RUNTIME_DISPOSED" });
  });
});

const crashed = { code: "ERR_VM_CRASHED", message: /was killed by SIGKILL/ };

describe("processes", () => {
  test("every VM has one of its own, which ends with dispose()", async () => {
    const runtimes = await Promise.all([NodeRuntime.create(), NodeRuntime.create()]);
    const [zygote] = childrenOf(process.pid);
    for (const { pid } of runtimes) assert.ok(childrenOf(zygote!).includes(pid));
    assert.notEqual(runtimes[0].pid, runtimes[1].pid);
    await runtimes[0].dispose();
    assert.equal(isAlive(runtimes[0].pid), false);
    assert.equal((await runtimes[1].exec("console.log(1)")).stdout, "1\n");
    await runtimes[1].dispose();
  });

  test("one that dies rejects what was pending on its runtime, and nothing else", async () => {
    const runtime = await NodeRuntime.create();
    await using other = await NodeRuntime.create();
    const witness = await other.spawn(`for await (const chunk of globalThis.process.stdin) console.log("got it");`);
    const spawned = await runtime.spawn(FOREVER);
    const pending = [runtime.exec(FOREVER), runtime.exec(BUSY), spawned.wait()];
    process.kill(runtime.pid, "SIGKILL");
    for (const promise of pending) await assert.rejects(promise, crashed);
    await assert.rejects(runtime.exec("1"), crashed);
    await assert.rejects(runtime.readFile("/etc/passwd"), crashed);
    await runtime.dispose();
    await assert.rejects(runtime.exec("1"), { code: "ERR_RUNTIME_DISPOSED" });
    witness.closeStdin();
    assert.equal(await witness.wait(), 0);
  });

  test("one that dies breaks off what is read and written, and nothing runs any more", async () => {
    const runtime = await NodeRuntime.create();
    const spawned = await runtime.spawn(`console.log("up"); ${FOREVER}`);
    const reader = spawned.stdout.getReader();
    await reader.read();
    const late = await runtime.spawn(FOREVER);
    const pending = [
      reader.read(),
      spawned.writeStdin(new Uint8Array(1 << 20)),
      runtime.writeFile("/tmp/large", new Uint8Array(8 << 20)),
    ];
    process.kill(runtime.pid, "SIGKILL");
    for (const promise of pending) await assert.rejects(promise, crashed);
    await assert.rejects(spawned.wait(), crashed);
    await assert.rejects(late.wait(), crashed);
    await assert.rejects(late.stderr.getReader().read(), crashed);
    assert.equal(spawned.kill(), false);
    await assert.rejects(spawned.writeStdin("x"), crashed);
    await runtime.dispose();
  });

  test("that of the engine takes all VMs with it; the next create() starts another", async () => {
    const runtimes = await Promise.all([NodeRuntime.create(), NodeRuntime.create()]);
    const pending = runtimes.map((runtime) => runtime.exec(BUSY));
    const [zygote] = childrenOf(process.pid);
    process.kill(zygote!, "SIGKILL");
    const crashed = { code: "ERR_VM_CRASHED", message: /engine process/ };
    await Promise.all(pending.map((promise) => assert.rejects(promise, crashed)));
    await until(() => !runtimes.some(({ pid }) => isAlive(pid)));
    await using next = await NodeRuntime.create();
    assert.equal((await next.exec("console.log(1)")).stdout, "1\n");
    for (const runtime of runtimes) await runtime.dispose();
  });

  test("the environment of the host stays out of them", async () => {
    process.env.SECRET_OF_THE_HOST = "secret";
    await using _runtime = await NodeRuntime.create();
    const processes = descendantsOf(process.pid);
    assert.ok(processes.length >= 2);
    for (const pid of processes) assert.ok(!readFileSync(`/proc/${pid}/environ`, "utf8").includes("SECRET"));
  });
});

describe("the host's process", () => {
  test("ends by itself when nothing runs, disposed or not", async () => {
    const child = host(`
      const runtime = await NodeRuntime.create();
      await runtime.exec("1");
      console.log("done");
    `);
    const [code] = await once(child, "exit");
    assert.equal(code, 0);
  });

  test("stays as long as a program runs", async () => {
    const child = host(`
      const runtime = await NodeRuntime.create();
      await runtime.spawn("setTimeout(() => console.log('late'), 200)", { onStdout: (chunk) => process.stdout.write(chunk) });
    `);
    assert.equal(await new Response(child.stdout as any).text(), "late\n");
  });

  test("that is killed leaves no process behind", async () => {
    const child = host(`
      const runtime = await NodeRuntime.create();
      const other = await NodeRuntime.create();
      void other.exec(${JSON.stringify(BUSY)});
      await runtime.spawn(${JSON.stringify(BUSY)}, { onStdout: () => console.log("ready") });
    `);
    await once(child.stdout, "data");
    const processes = descendantsOf(child.pid!);
    assert.ok(processes.length >= 3, "the engine's process and two VMs");
    child.kill("SIGKILL");
    await until(() => !processes.some(isAlive));
  });
});

test("onBootTiming tells where the time went", async () => {
  const child = host(`
    for (let i = 0; i < 2; i++) {
      const phases = {};
      const runtime = await NodeRuntime.create({ onBootTiming: (phase, ms) => { phases[phase] = ms; } });
      await runtime.dispose();
      console.log(JSON.stringify(phases));
    }
  `);
  const [first, second] = (await new Response(child.stdout as any).text())
    .split("\n")
    .map((line) => line && JSON.parse(line));
  assert.deepEqual(Object.keys(first), ["process", "node", "engine", "server", "kernel", "vm", "total"]);
  assert.deepEqual(Object.keys(second), ["process", "vm", "total"]);
  for (const ms of Object.values<number>(first)) assert.ok(ms >= 0);
  assert.ok(first.total >= first.vm);
});
