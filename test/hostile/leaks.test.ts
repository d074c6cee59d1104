import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { NodeRuntime, Sidecar } from "secure-exec";
import { residentMb } from "../../bench/resident.ts";

/** What the sidecar may keep of everything that came and went, in MB. */
const ALLOWED_GROWTH_MB = 20;

describe("the sidecar keeps nothing of what is gone", () => {
  let sidecar: Sidecar;
  before(async () => {
    sidecar = await Sidecar.create();
  });
  after(() => sidecar.dispose());

  /** Growth of the sidecar's memory once pools are filled and V8 has sized its heap, which takes some 200 rounds. */
  async function growth(rounds: number, round: () => Promise<unknown>): Promise<number> {
    for (let i = 0; i < 200; i++) await round();
    const before = residentMb(sidecar.pid!);
    for (let i = 0; i < rounds; i++) await round();
    return residentMb(sidecar.pid!) - before;
  }

  test("1,000 execs in one VM", async () => {
    const runtime = await NodeRuntime.create({ sidecar });
    const grown = await growth(1000, async () => {
      const { stdout } = await runtime.exec("console.log([1, 2, 3].map((n) => n * 2).join())");
      assert.equal(stdout, "2,4,6\n");
    });
    await runtime.dispose();
    assert.ok(grown <= ALLOWED_GROWTH_MB, `the sidecar grew by ${grown.toFixed(1)} MB`);
  });

  test("200 VMs created and disposed of", async () => {
    const grown = await growth(200, async () => {
      const runtime = await NodeRuntime.create({ sidecar, files: { "/data/file": "x".repeat(100_000) } });
      await runtime.exec("setInterval(() => {}, 1000); setTimeout(() => process.exit(0), 1);");
      await runtime.dispose();
    });
    assert.ok(grown <= ALLOWED_GROWTH_MB, `the sidecar grew by ${grown.toFixed(1)} MB`);
  });

  test("100 VMs disposed of while their programs run", async () => {
    const grown = await growth(100, async () => {
      const runtime = await NodeRuntime.create({ sidecar });
      const child = await runtime.spawn("while (true);");
      const ended = child.wait().catch(() => {});
      await runtime.dispose();
      await ended;
    });
    assert.ok(grown <= ALLOWED_GROWTH_MB, `the sidecar grew by ${grown.toFixed(1)} MB`);
  });
});
