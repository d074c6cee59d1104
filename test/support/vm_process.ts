import { existsSync, readdirSync, readFileSync } from "node:fs";

/** The processes below a process of the host. */
export { descendants as descendantsOf } from "../../bench/resident.ts";

/** Whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return existsSync(`/proc/${pid}`);
  }
}

/** The children of a process of the host. */
export function childrenOf(pid: number): number[] {
  const children = [];
  for (const name of readdirSync("/proc")) {
    try {
      const stat = readFileSync(`/proc/${Number(name)}/stat`, "utf8");
      if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === pid) children.push(Number(name));
    } catch {
      // No process, or one that has just ended.
    }
  }
  return children;
}

/** Resident memory in MB but for files', such as the heaps that all VMs share; 0 if the process is gone. */
export function residentMb(pid: number): number {
  try {
    const [, resident, shared] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ").map(Number);
    return ((resident! - shared!) * 4096) / 2 ** 20;
  } catch {
    return 0;
  }
}
