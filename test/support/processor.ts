import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { descendantsOf } from "./vm_process.ts";

const WINDOW_MS = 50;
const TREE_WINDOW_MS = 200;
/** Of a window for a tree of processes that only wait: the system counts in steps of 10 ms. */
const TREE_IDLE_MS = 20;

/** Whether a process stops using the processor within `patienceMs`. */
export async function becomesIdle(pid: number, patienceMs: number): Promise<boolean> {
  for (const end = performance.now() + patienceMs; performance.now() < end; ) {
    const before = processorMs(pid);
    await sleep(WINDOW_MS);
    if (processorMs(pid) - before < WINDOW_MS / 2) return true;
  }
  return false;
}

/**
 * Waits until all processes below this one stop using the processor: a window that begins within `patienceMs` passes idly.
 * Returns what each that goes on has used of the last window, in milliseconds by pid; empty if all wait.
 */
export async function busyDescendants(patienceMs: number): Promise<Record<number, number>> {
  const usage = () => new Map(descendantsOf(process.pid).map((pid) => [pid, processorMs(pid)]));
  for (const end = performance.now() + patienceMs; ; ) {
    const before = usage();
    const last = performance.now() >= end;
    await sleep(TREE_WINDOW_MS);
    const used = [...usage()].map(([pid, ms]) => [pid, ms - (before.get(pid) ?? 0)] as const);
    if (used.reduce((sum, [, ms]) => sum + ms, 0) <= TREE_IDLE_MS) return {};
    if (last) return Object.fromEntries(used.filter(([, ms]) => ms > 0));
  }
}

/** What all threads of a process have used of the processor; 0 if it has just ended. */
function processorMs(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return 0;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const MS_PER_TICK = 10;
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
