import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { childrenOf, descendantsOf, isAlive, residentMb } from "../support/vm_process.ts";

/** What of VMs could be left on the host. */
export interface Leftovers {
  readonly descriptors: number;
  readonly temporaryFiles: number;
  /** Of the engine's process. */
  readonly engineDescriptors: number;
  readonly engineMb: number;
}

export const engineOf = (host: number): number => childrenOf(host)[0]!;

const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

export function leftovers(): Leftovers {
  const engine = engineOf(process.pid);
  return {
    descriptors: descriptorsOf(process.pid),
    temporaryFiles: readdirSync(tmpdir()).length,
    engineDescriptors: descriptorsOf(engine),
    engineMb: residentMb(engine),
  };
}

/** Waits until only the engine's process and a waiting one are there, for at most ten seconds. */
export async function assertOnlyEngine(): Promise<void> {
  for (let i = 0; i < 200 && descendantsOf(process.pid).length > 2; i++) await sleep(50);
  assert.ok(descendantsOf(process.pid).length <= 2, `${descendantsOf(process.pid).length} processes are left`);
}

/** Waits until all of these are gone, for at most ten seconds. */
export async function assertGone(pids: readonly number[]): Promise<void> {
  for (let i = 0; i < 1000 && pids.some(isAlive); i++) await sleep(10);
  assert.deepEqual(pids.filter(isAlive), [], "processes that are left");
}
