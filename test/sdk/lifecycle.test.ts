import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { NodeRuntime, Sidecar } from "secure-exec";

const FOREVER = "setInterval(() => {}, 1000);";
const BUSY = "console.log('busy'); for (;;);";

/** The children of a process of the host. */
function childrenOf(pid: number): number[] {
  const children = [];
  for (const name of readdirSync("/proc")) {
    try {
      const stat = readFileSync(`/proc/${Number(name)}/stat`, "utf8");
      if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === pid) children.push(Number(name));
    } catch {
      // No process, or one that has just ended.
    }
  }
  return children;
}

const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

/** Runs a program of the host's that uses the package. */
function host(code: string) {
  const source = `import { NodeRuntime, Sidecar } from "secure-exec";\n${code}`;
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

  test("that overtakes calls ends them as it ends later ones", async () => {
    for (const sidecar of ["shared", "dedicated"] as const) {
      const runtime = await NodeRuntime.create({ sidecar });
      const large = new Uint8Array(8 << 20);
      const calls = [
        runtime.writeFile("/tmp/large", large),
        runtime.exec("1", { inputs: large }),
        runtime.spawn("1", { inputs: large }),
      ];
      const disposal = runtime.dispose();
      for (const call of calls) await assert.rejects(call, { code: "ERR_RUNTIME_DISPOSED" });
      await disposal;
    }
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
    await using sidecar = await Sidecar.create();
    const runtime = await NodeRuntime.create({ sidecar });
    // One builtin that looks at no interrupt for minutes.
    const code = "const list = [1, 2]; list.length = 2 ** 32 - 1; String(list);";
    assert.equal((await runtime.exec(code, { timeout: 300 })).exitCode, 137);
    await runtime.dispose();
    await using other = await NodeRuntime.create({ sidecar });
    assert.equal((await other.exec("console.log(1)")).stdout, "1\n");
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

describe("sidecars", () => {
  test("a shared one serves all, a dedicated one only its own", async () => {
    await using first = await NodeRuntime.create();
    const shared = childrenOf(process.pid);
    await using second = await NodeRuntime.create();
    assert.deepEqual(childrenOf(process.pid), shared);
    const dedicated = await NodeRuntime.create({ sidecar: "dedicated" });
    const added = childrenOf(process.pid).filter((pid) => !shared.includes(pid));
    assert.equal(added.length, 1);
    assert.equal((await dedicated.exec("console.log(1)")).stdout, "1\n");
    await dedicated.dispose();
    assert.equal(isAlive(added[0]!), false);
    assert.equal((await first.exec("1")).exitCode, 0);
    assert.equal((await second.exec("1")).exitCode, 0);
  });

  test("one of the user's own serves the runtimes it is given to", async () => {
    await using sidecar = await Sidecar.create();
    const before = childrenOf(process.pid).length;
    const runtimes = await Promise.all([NodeRuntime.create({ sidecar }), NodeRuntime.create({ sidecar })]);
    assert.equal(childrenOf(process.pid).length, before);
    assert.ok(isAlive(sidecar.pid!));
    await runtimes[0].dispose();
    assert.equal((await runtimes[1].exec("1")).exitCode, 0);
    await sidecar.dispose();
    assert.equal(isAlive(sidecar.pid!), false);
    await assert.rejects(runtimes[1].exec("1"), { code: "ERR_SIDECAR_DISPOSED" });
    await runtimes[1].dispose();
  });

  test("one that dies rejects what was pending; the next create() works", async () => {
    const runtime = await NodeRuntime.create();
    const [pid] = childrenOf(process.pid);
    const output = { code: "ERR_SIDECAR_CRASHED", message: /was killed by SIGKILL/ };
    const spawned = await runtime.spawn(FOREVER);
    const pending = [runtime.exec(FOREVER), runtime.exec(BUSY), spawned.wait()];
    process.kill(pid!, "SIGKILL");
    for (const promise of pending) await assert.rejects(promise, output);
    await assert.rejects(runtime.exec("1"), output);
    await assert.rejects(runtime.readFile("/etc/passwd"), output);
    await using next = await NodeRuntime.create();
    assert.equal((await next.exec("console.log(1)")).stdout, "1\n");
    await runtime.dispose();
    await assert.rejects(runtime.exec("1"), { code: "ERR_RUNTIME_DISPOSED" });
  });

  test("one that dies breaks off what is read and written, and nothing runs any more", async () => {
    await using sidecar = await Sidecar.create();
    const runtime = await NodeRuntime.create({ sidecar });
    const spawned = await runtime.spawn(`console.log("up"); ${FOREVER}`);
    const reader = spawned.stdout.getReader();
    await reader.read();
    const late = await runtime.spawn(FOREVER);
    const crashed = { code: "ERR_SIDECAR_CRASHED" };
    const pending = [
      reader.read(),
      spawned.writeStdin(new Uint8Array(1 << 20)),
      runtime.writeFile("/tmp/large", new Uint8Array(8 << 20)),
      NodeRuntime.create({ sidecar }),
    ];
    process.kill(sidecar.pid!, "SIGKILL");
    for (const promise of pending) await assert.rejects(promise, crashed);
    await assert.rejects(spawned.wait(), crashed);
    await assert.rejects(late.wait(), crashed);
    await assert.rejects(late.stderr.getReader().read(), crashed);
    assert.equal(spawned.kill(), false);
    await assert.rejects(spawned.writeStdin("x"), crashed);
    await assert.rejects(NodeRuntime.create({ sidecar }), crashed);
    await runtime.dispose();
  });

  test("the environment of the host stays out of the sidecar", async () => {
    process.env.SECRET_OF_THE_HOST = "secret";
    await using sidecar = await Sidecar.create();
    assert.ok(!readFileSync(`/proc/${sidecar.pid}/environ`, "utf8").includes("SECRET"));
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
      const own = await NodeRuntime.create({ sidecar: "dedicated" });
      void own.exec(${JSON.stringify(BUSY)});
      await runtime.spawn(${JSON.stringify(BUSY)}, { onStdout: () => console.log("ready") });
    `);
    await once(child.stdout, "data");
    const sidecars = childrenOf(child.pid!);
    assert.equal(sidecars.length, 2);
    child.kill("SIGKILL");
    await until(() => !sidecars.some(isAlive));
  });
});

test("onBootTiming tells where the time went", async () => {
  const phases: Record<string, number> = {};
  await using _runtime = await NodeRuntime.create({
    sidecar: "dedicated",
    onBootTiming: (phase, ms) => {
      phases[phase] = ms;
    },
  });
  assert.deepEqual(Object.keys(phases), ["sidecar", "node", "engine", "server", "kernel", "vm", "total"]);
  for (const ms of Object.values(phases)) assert.ok(ms >= 0);
  assert.ok(phases.total! >= phases.vm!);
});
