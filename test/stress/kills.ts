import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { childrenOf, descendantsOf } from "../support/vm_process.ts";
import { assertGone } from "./leftovers.ts";

/** A host that creates and uses VMs without end. What ends one of them is an error with a code; then it goes on. */
const HOST = `
  import { NodeRuntime } from "secure-exec";
  const EXPECTED = ["ERR_VM_CRASHED", "ERR_ENGINE_START"];
  console.log("up");
  const work = async () => {
    for (;;) {
      try {
        const runtime = await NodeRuntime.create();
        const child = await runtime.spawn("for (;;);");
        child.wait().catch(() => {});
        await runtime.exec("console.log(1)");
        await runtime.dispose();
        process.stdout.write(".");
      } catch (error) {
        if (!EXPECTED.includes(error.code)) {
          console.error(error);
          process.exit(1);
        }
      }
    }
  };
  await Promise.all([work(), work()]);
`;

type Victim = "host" | "engine" | "vm";
const VICTIMS: readonly Victim[] = ["host", "engine", "vm"];

/** Kills processes at random moments: nothing hangs, nothing is left. */
export async function kills(count: number): Promise<string> {
  const killed: Record<Victim, number> = { host: 0, engine: 0, vm: 0 };
  for (let i = 0; i < count; i++) {
    const victim = VICTIMS[i % VICTIMS.length]!;
    if (await kill(victim)) killed[victim]++;
  }
  return `${killed.host} hosts, ${killed.engine} engine processes, ${killed.vm} VMs killed; nothing hung, nothing is left`;
}

async function kill(victim: Victim): Promise<boolean> {
  const host = spawn(process.execPath, ["--input-type=module", "-e", HOST], { stdio: ["ignore", "pipe", "inherit"] });
  await once(host.stdout, "data");
  await sleep(Math.random() * 400);
  const below = descendantsOf(host.pid!);
  const engine = childrenOf(host.pid!)[0];
  const vms = engine === undefined ? [] : childrenOf(engine);
  const pid = { host: host.pid, engine, vm: vms[Math.floor(Math.random() * vms.length)] }[victim];
  if (pid !== undefined) process.kill(pid, "SIGKILL");
  if (victim !== "host") {
    // It goes on, with other VMs.
    await Promise.race([
      once(host.stdout, "data"),
      once(host, "exit").then(() => assert.fail("the host ended")),
      sleep(20_000).then(() => assert.fail(`the host hangs after its ${victim} was killed`)),
    ]);
    below.push(...descendantsOf(host.pid!));
    host.kill("SIGKILL");
  }
  if (host.exitCode === null && host.signalCode === null) await once(host, "exit");
  await assertGone(below);
  return pid !== undefined;
}
