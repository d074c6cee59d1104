import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { NodeRuntime } from "secure-exec";

/** What the host's kernel says of a process. */
function status(pid: number, name: string): string | undefined {
  return readFileSync(`/proc/${pid}/status`, "utf8").match(new RegExp(`^${name}:\\s*(\\S+)$`, "m"))?.[1];
}

describe("the second wall stands round the process of a VM", () => {
  test("as runtime.walls says, and as the host's kernel does", async () => {
    await using runtime = await NodeRuntime.create();
    const { landlockAbi, failure, ...built } = runtime.walls;
    assert.deepEqual(built, {
      noNewPrivs: true,
      noCapabilities: true,
      seccomp: true,
      landlock: landlockAbi > 0,
      landlockScopes: landlockAbi >= 6,
      rlimits: true,
    });
    assert.equal(failure === "", landlockAbi > 0);
    assert.equal(status(runtime.pid, "NoNewPrivs"), "1");
    assert.equal(status(runtime.pid, "Seccomp"), "2");
    assert.equal(status(runtime.pid, "CapEff"), "0000000000000000");
    assert.equal((await runtime.exec("console.log(1)")).stdout, "1\n");
  });

  test("jail: require has all of it, or no VM", async (t) => {
    await using auto = await NodeRuntime.create();
    if (auto.walls.failure !== "") {
      return assert.rejects(NodeRuntime.create({ jail: "require" }), { code: "ERR_JAIL_UNAVAILABLE" });
    }
    await using runtime = await NodeRuntime.create({ jail: "require" });
    assert.deepEqual(runtime.walls, auto.walls);
    t.diagnostic(`Landlock ${runtime.walls.landlockAbi}`);
  });

  test("jail: off has none", async () => {
    await using runtime = await NodeRuntime.create({ jail: "off" });
    const { landlockAbi, failure, ...built } = runtime.walls;
    assert.deepEqual(new Set(Object.values(built)), new Set([false]));
    assert.deepEqual([landlockAbi, failure], [0, ""]);
    assert.equal(status(runtime.pid, "Seccomp"), "0");
    assert.equal((await runtime.exec("console.log(1)")).stdout, "1\n");
  });
});
