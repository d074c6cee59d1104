import type { ProcessInfo } from "./process_inspector.ts";

const PAGE = 4096;
const KIB = 1024;

/** How many fields of /proc/<pid>/stat follow the 24 that are filled here. */
const STAT_ZEROS = 28;

const STATE_NAMES: Record<string, string> = {
  R: "running",
  S: "sleeping",
  D: "disk sleep",
  T: "stopped",
  Z: "zombie",
};

/** /proc/<pid>/stat, proc_pid_stat(5): 52 fields. */
export function describeStat(info: ProcessInfo): string {
  const fields = [
    info.pid,
    `(${info.comm})`,
    info.state,
    info.ppid,
    info.pgid,
    info.sid,
    0, // tty_nr
    -1, // tpgid
    0, // flags
    0, // minflt
    0, // cminflt
    0, // majflt
    0, // cmajflt
    info.userTicks,
    info.systemTicks,
    0, // cutime
    0, // cstime
    20, // priority
    0, // nice
    info.threads,
    0, // itrealvalue
    info.startTicks,
    info.virtualBytes,
    Math.floor(info.residentBytes / PAGE),
    ...Array<number>(STAT_ZEROS).fill(0),
  ];
  return `${fields.join(" ")}\n`;
}

/** /proc/<pid>/statm: pages. */
export function describeMemory({ virtualBytes, residentBytes }: ProcessInfo): string {
  return `${Math.floor(virtualBytes / PAGE)} ${Math.floor(residentBytes / PAGE)} 0 0 0 0 0\n`;
}

/** /proc/<pid>/status, proc_pid_status(5). */
export function describeStatus(info: ProcessInfo): string {
  const lines: [string, string | number][] = [
    ["Name", info.comm],
    ["Umask", info.umask.toString(8).padStart(4, "0")],
    ["State", `${info.state} (${STATE_NAMES[info.state] ?? "unknown"})`],
    ["Tgid", info.pid],
    ["Pid", info.pid],
    ["PPid", info.ppid],
    ["TracerPid", 0],
    ["Uid", [info.uid, info.euid, info.euid, info.euid].join("\t")],
    ["Gid", [info.gid, info.egid, info.egid, info.egid].join("\t")],
    ["Groups", info.groups.join(" ")],
    ["VmSize", kilobytes(info.virtualBytes)],
    ["VmRSS", kilobytes(info.residentBytes)],
    ["Threads", info.threads],
  ];
  return lines.map(([name, value]) => `${name}:\t${value}\n`).join("");
}

/** /proc/<pid>/limits. */
export function describeLimits({ limits }: ProcessInfo): string {
  const value = (limit: number): string => (Number.isFinite(limit) ? String(limit) : "unlimited");
  const row = (name: string, soft: string, hard: string, unit: string): string =>
    `${name.padEnd(25)} ${soft.padEnd(20)} ${hard.padEnd(20)} ${unit.padEnd(10)}\n`;
  const rows = limits.map(({ name, soft, hard, unit }) => row(name, value(soft), value(hard), unit));
  return row("Limit", "Soft Limit", "Hard Limit", "Units") + rows.join("");
}

const kilobytes = (bytes: number): string => `${String(Math.floor(bytes / KIB)).padStart(8)} kB`;
