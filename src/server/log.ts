import { writeSync } from "node:fs";

/** A guest that provokes one report after the other must not stall the VM at its stderr. */
const MAX_REPORTS_PER_SECOND = 20;
let second = 0;
let reports = 0;

/** Writes to the process's stderr, of which the host is told the end when the VM crashes. Any thread may call it. */
export function report(what: string, error: unknown): void {
  const now = Math.floor(performance.now() / 1000);
  if (now !== second) {
    second = now;
    reports = 0;
  }
  if (++reports > MAX_REPORTS_PER_SECOND) return;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    writeSync(2, `${what}: ${text}\n`);
  } catch {
    // Nobody listens.
  }
}
