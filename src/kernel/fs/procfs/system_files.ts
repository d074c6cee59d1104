import {
  MAX_INOTIFY_INSTANCES,
  MAX_INOTIFY_WATCHES,
  MAX_QUEUED_EVENTS,
  MAX_USER_WATCHES,
  PIPE_CAPACITY,
} from "../../limits/fixed.ts";
import { randomUUID } from "../../random.ts";
import { RELEASE, SYSNAME, VERSION } from "../../uname.ts";
import type { ProcessInspector } from "./process_inspector.ts";

/** Files by the function that makes their text, and directories of such. */
export interface TextTree {
  [name: string]: (() => string) | TextTree;
}

/** The files of /proc that tell of the whole system, proc(5). */
export function systemFiles(inspector: ProcessInspector): TextTree {
  let bootId: string | undefined;
  return {
    cpuinfo: () => describeCpus(inspector.cpus()),
    filesystems: () => "nodev\tproc\nnodev\tdevtmpfs\nnodev\ttmpfs\nnodev\tpipefs\n",
    loadavg: () => `0.00 0.00 0.00 1/${inspector.pids().length} ${Math.max(0, ...inspector.pids())}\n`,
    meminfo: () => describeMemory(inspector.memory()),
    stat: () => describeSystem(inspector),
    sys: {
      fs: {
        epoll: { max_user_watches: () => `${MAX_USER_WATCHES}\n` },
        inotify: {
          max_queued_events: () => `${MAX_QUEUED_EVENTS}\n`,
          max_user_instances: () => `${MAX_INOTIFY_INSTANCES}\n`,
          max_user_watches: () => `${MAX_INOTIFY_WATCHES}\n`,
        },
        "pipe-max-size": () => `${PIPE_CAPACITY}\n`,
      },
      kernel: {
        hostname: () => `${inspector.hostname()}\n`,
        osrelease: () => `${RELEASE}\n`,
        ostype: () => `${SYSNAME}\n`,
        pid_max: () => `${inspector.maxPid()}\n`,
        random: {
          boot_id: () => {
            bootId ??= randomUUID();
            return `${bootId}\n`;
          },
          entropy_avail: () => "256\n",
          poolsize: () => "256\n",
          uuid: () => `${randomUUID()}\n`,
        },
        version: () => `${VERSION}\n`,
      },
    },
    uptime: () => {
      const seconds = inspector.uptime().toFixed(2);
      return `${seconds} ${seconds}\n`;
    },
    version: () => `${SYSNAME} version ${RELEASE} ${VERSION}\n`,
  };
}

function describeMemory({ total, free }: { total: number; free: number }): string {
  const line = (name: string, bytes: number): string =>
    `${`${name}:`.padEnd(16)}${String(Math.floor(bytes / 1024)).padStart(8)} kB\n`;
  return (
    line("MemTotal", total) +
    line("MemFree", free) +
    line("MemAvailable", free) +
    line("Buffers", 0) +
    line("Cached", 0) +
    line("SwapTotal", 0) +
    line("SwapFree", 0)
  );
}

function describeCpus(count: number): string {
  const describe = (cpu: number): string =>
    [
      `processor\t: ${cpu}`,
      "vendor_id\t: virtual",
      "model name\t: Virtual CPU",
      "cpu MHz\t\t: 0.000",
      `cpu cores\t: ${count}`,
      "\n",
    ].join("\n");
  return Array.from({ length: count }, (_, cpu) => describe(cpu)).join("");
}

function describeSystem(inspector: ProcessInspector): string {
  const zeros = "0 0 0 0 0 0 0 0 0 0";
  const cpus = Array.from({ length: inspector.cpus() }, (_, cpu) => `cpu${cpu} ${zeros}\n`).join("");
  const pids = inspector.pids();
  return `cpu  ${zeros}\n${cpus}ctxt 0\nbtime ${Math.floor(inspector.bootTimeSec())}\nprocesses ${pids.length}\n`;
}
