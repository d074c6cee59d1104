import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NodeRuntime } from "secure-exec";
import { childrenOf, descendantsOf, isAlive, residentMb } from "../support/vm_process.ts";
import { withRuntime } from "../support/with_runtime.ts";

/** What a process may keep of everything that came and went, in MB. */
const ALLOWED_GROWTH_MB = 20;

describe("nothing is kept of what is gone", () => {
  /** Growth of a process's memory once pools are filled and V8 has sized its heap, which takes some 200 rounds. */
  async function growth(pid: () => number, rounds: number, round: () => Promise<unknown>): Promise<number> {
    for (let i = 0; i < 200; i++) await round();
    const before = residentMb(pid());
    for (let i = 0; i < rounds; i++) await round();
    return residentMb(pid()) - before;
  }

  test("1,000 execs in one VM", async () => {
    const grown = await withRuntime({}, (runtime) =>
      growth(
        () => runtime.pid,
        1000,
        async () => {
          const { stdout } = await runtime.exec("console.log([1, 2, 3].map((n) => n * 2).join())");
          assert.equal(stdout, "2,4,6\n");
        },
      ),
    );
    assert.ok(grown <= ALLOWED_GROWTH_MB, `the VM grew by ${grown.toFixed(1)} MB`);
  });

  /** What the engine's process keeps of VMs, and which processes they leave. */
  async function assertGone(rounds: number, round: () => Promise<number>): Promise<void> {
    const pids: number[] = [];
    const zygote = () => childrenOf(process.pid)[0]!;
    const grown = await growth(zygote, rounds, async () => pids.push(await round()));
    assert.ok(grown <= ALLOWED_GROWTH_MB, `the engine's process grew by ${grown.toFixed(1)} MB`);
    assert.ok(!pids.some(isAlive), "their processes are gone");
    // The engine's own, and a process that waits for the next VM.
    assert.ok(descendantsOf(process.pid).length <= 2);
  }

  test("200 VMs created and disposed of", async () => {
    await assertGone(200, async () => {
      const runtime = await NodeRuntime.create({ files: { "/data/file": "x".repeat(100_000) } });
      await runtime.exec("setInterval(() => {}, 1000); setTimeout(() => process.exit(0), 1);");
      await runtime.dispose();
      return runtime.pid;
    });
  });

  test("100 programs with destroy hooks that never ran", async () => {
    const code = `
      import { AsyncResource, createHook } from "node:async_hooks";
      createHook({ init() {}, destroy() {} }).enable();
      globalThis.kept = Array.from({ length: 10_000 }, () => new AsyncResource("A"));
      console.log("made");
      process.exit(0);`;
    const grown = await withRuntime({}, (runtime) =>
      growth(
        () => runtime.pid,
        100,
        async () => assert.equal((await runtime.exec(code)).stdout, "made\n"),
      ),
    );
    assert.ok(grown <= ALLOWED_GROWTH_MB, `the VM grew by ${grown.toFixed(1)} MB`);
  });

  test("contexts that were collected a moment ago are passed over", async () => {
    const code = `
      import vm from "node:vm";
      import { createHook } from "node:async_hooks";
      for (let i = 0; i < 40; i++) {
        for (let k = 0; k < 10; k++) vm.createContext({});
        for (let k = 0; k < 2e5; k++) ({ k });
        createHook({ init() {} }).enable().disable();
      }`;
    const { exitCode, stderr } = await withRuntime({}, (runtime) => runtime.exec(code));
    assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" });
  });

  test("100 VMs disposed of while their programs run", async () => {
    await assertGone(100, async () => {
      const runtime = await NodeRuntime.create();
      const child = await runtime.spawn("while (true);");
      const ended = child.wait().catch(() => {});
      await runtime.dispose();
      await ended;
      return runtime.pid;
    });
  });
});
