import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const WINDOW_MS = 50;

/** Whether a process stops using the processor within `patienceMs`. */
export async function becomesIdle(pid: number, patienceMs: number): Promise<boolean> {
  for (const end = performance.now() + patienceMs; performance.now() < end; ) {
    const before = processorMs(pid);
    await sleep(WINDOW_MS);
    if (processorMs(pid) - before < WINDOW_MS / 2) return true;
  }
  return false;
}

/** What all threads of a process have used of the processor. */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]!.split(" ");
  const MS_PER_TICK = 10;
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
