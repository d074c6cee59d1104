import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Figure } from "./figure.ts";
import { plainNode } from "./plain_node.ts";
import { residentMb } from "./resident.ts";
import { summarize } from "./stats.ts";

const STEPS = [1, 10, 50];

interface Point {
  readonly count: number;
  readonly mb: number;
}

/** Memory (PSS) that each further live process costs; plain Node's is the resident memory of a whole process. */
export async function* memory(only: RegExp): AsyncGenerator<Figure> {
  const plain = summarize([await livePlainProcess()]);
  for (const kind of ["VMs", "processes"] as const) {
    if (!only.test(`memory ${kind}`)) continue;
    const script = join(import.meta.dirname, "memory_host.ts");
    const args = ["--disable-warning=ExperimentalWarning", script, kind, ...STEPS.map(String)];
    const points: Point[] = JSON.parse(await plainNode(args));
    for (const [index, point] of points.entries()) {
      if (index === 0) continue;
      const before = points[index - 1]!;
      yield {
        name: `memory, a further ${kind === "VMs" ? "VM with a process" : "process"} (${before.count} → ${point.count})`,
        unit: "MB",
        guest: summarize([(point.mb - before.mb) / (point.count - before.count)]),
        plain,
        ...(kind === "VMs" && point.count === STEPS.at(-1) ? { target: { kind: "value", limit: 3.5 } as const } : {}),
      };
    }
  }
}

/** MB of a plain Node process that does nothing. */
function livePlainProcess(): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["-e", "console.log('up'); setInterval(() => {}, 1e6);"]);
    child.once("error", reject);
    child.stdout.once("data", () => {
      resolve(residentMb(child.pid!));
      child.kill("SIGKILL");
    });
  });
}
