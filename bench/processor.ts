import { readdirSync, readFileSync } from "node:fs";

/** The system counts in ticks of this length. */
const MS_PER_TICK = 10;

interface Times {
  readonly parent: number;
  /** Ticks of the process itself, and of its children that have ended. */
  readonly own: number;
  readonly children: number;
}

function timesOf(pid: string): Times | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    return { parent: fields[1]!, own: fields[11]! + fields[12]!, children: fields[13]! + fields[14]! };
  } catch {
    return undefined; // It ended meanwhile.
  }
}

/** What all processes below this one have used of the processors, ended ones included, in milliseconds. */
export function processorMsBelow(root: number): number {
  const below = new Map<number, [pid: number, times: Times][]>();
  let ticks = timesOf(String(root))?.children ?? 0;
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const times = timesOf(name);
    if (times) below.set(times.parent, [...(below.get(times.parent) ?? []), [Number(name), times]]);
  }
  const add = (pid: number): void => {
    for (const [child, { own, children }] of below.get(pid) ?? []) {
      ticks += own + children;
      add(child);
    }
  };
  add(root);
  return ticks * MS_PER_TICK;
}

/** CPU time of this process and all below it that each of `count` calls of `work` takes, in milliseconds. */
export async function processorMs(count: number, work: () => Promise<unknown>): Promise<number> {
  const own = process.cpuUsage();
  const before = processorMsBelow(process.pid);
  for (let i = 0; i < count; i++) await work();
  const { user, system } = process.cpuUsage(own);
  return (processorMsBelow(process.pid) - before + (user + system) / 1000) / count;
}
