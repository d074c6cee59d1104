/** What a diagnostic report says, in the form that Node gives it: https://nodejs.org/api/report.html */
import { RUSAGE_SELF, RUSAGE_THREAD } from "../../../abi/resource.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { library } from "../../base/library.ts";
import { activeHandleList } from "../../base/loop/handle.ts";
import { loopIdleTime } from "../../base/loop/loop.ts";
import { engine, syscall } from "../../base/native.ts";
import { seed } from "../../base/seed.ts";

const REPORT_VERSION = 5;
const US = 1e6;

/** Why a report is made, and what it leaves out. */
export interface Occasion {
  readonly event: string;
  readonly trigger: string;
  readonly filename: string | null;
  readonly excludeEnv: boolean;
  readonly excludeNetwork: boolean;
}

export function reportContent(error: unknown, occasion: Occasion): object {
  const { process } = globalThis as any;
  return {
    header: header(process, occasion),
    javascriptStack: javascriptStack(error),
    javascriptHeap: javascriptHeap(),
    nativeStack: [],
    resourceUsage: resourceUsage(),
    uvthreadResourceUsage: threadUsage(RUSAGE_THREAD),
    libuv: handles(),
    workers: [],
    ...(!occasion.excludeEnv && { environmentVariables: { ...process.env } }),
    userLimits: userLimits(),
    sharedObjects: [],
  };
}

function header(process: any, { event, trigger, filename, excludeNetwork }: Occasion): object {
  const os = library("os");
  const now = Date.now();
  const { sysname, release, version, machine, nodename } = syscall(SYS.uname);
  return {
    reportVersion: REPORT_VERSION,
    event,
    trigger,
    filename,
    dumpEventTime: `${new Date(now).toISOString().slice(0, 19)}Z`,
    dumpEventTimeStamp: String(now),
    processId: process.pid,
    threadId: 0,
    cwd: process.cwd(),
    commandLine: [process.argv[0], ...process.execArgv, ...process.argv.slice(1)],
    nodejsVersion: process.version,
    // That of the C library which the engine was built against: the host's own is nobody's business.
    glibcVersionRuntime: seed.glibcVersion,
    glibcVersionCompiler: seed.glibcVersion,
    wordSize: 64,
    arch: process.arch,
    platform: process.platform,
    componentVersions: Object.fromEntries(Object.entries(process.versions).sort(([a], [b]) => (a < b ? -1 : 1))),
    release: { ...process.release },
    osName: sysname,
    osRelease: release,
    osVersion: version,
    osMachine: machine,
    cpus: os.cpus().map(({ model, speed, times }: any) => {
      const { user, nice, sys, idle, irq } = times;
      return { model, speed, user, nice, sys, idle, irq };
    }),
    ...(!excludeNetwork && { networkInterfaces: networkInterfaces(os) }),
    host: nodename,
  };
}

function networkInterfaces(os: any): object[] {
  return Object.entries<any[]>(os.networkInterfaces()).flatMap(([name, addresses]) =>
    addresses.map(({ internal, mac, address, netmask, family, scopeid }) => ({
      name,
      internal,
      mac,
      address,
      netmask,
      family,
      ...(scopeid !== undefined && { scopeid }),
    })),
  );
}

function javascriptStack(error: any): object {
  const { stack } = error;
  const lines =
    typeof stack === "string" ? stack.split("\n").map((line) => line.trimStart()) : ["No stack.", "Unavailable."];
  const [message, ...rest] = lines;
  const errorProperties = Object.entries(error)
    .filter(([name]) => name !== "stack" && name !== "message")
    .map(([name, value]) => [name, String(value)]);
  return {
    message,
    ...(rest.length > 0 && { stack: rest }),
    errorProperties: typeof stack === "string" ? Object.fromEntries(errorProperties) : {},
  };
}

function javascriptHeap(): object {
  const v8 = library("v8");
  const heap = v8.getHeapStatistics();
  return {
    totalMemory: heap.total_heap_size,
    executableMemory: heap.total_heap_size_executable,
    totalCommittedMemory: heap.total_physical_size,
    availableMemory: heap.total_available_size,
    totalGlobalHandlesMemory: heap.total_global_handles_size,
    usedGlobalHandlesMemory: heap.used_global_handles_size,
    usedMemory: heap.used_heap_size,
    memoryLimit: heap.heap_size_limit,
    mallocedMemory: heap.malloced_memory,
    externalMemory: heap.external_memory,
    peakMallocedMemory: heap.peak_malloced_memory,
    nativeContextCount: heap.number_of_native_contexts,
    detachedContextCount: heap.number_of_detached_contexts,
    doesZapGarbage: heap.does_zap_garbage,
    heapSpaces: Object.fromEntries(v8.getHeapSpaceStatistics().map(heapSpace)),
  };
}

function heapSpace(space: any): [name: string, sizes: object] {
  const { space_size, physical_space_size, space_used_size, space_available_size } = space;
  return [
    space.space_name,
    {
      memorySize: space_size,
      committedMemory: physical_space_size,
      capacity: space_used_size + space_available_size,
      used: space_used_size,
      available: space_available_size,
    },
  ];
}

function resourceUsage(): object {
  const { process } = globalThis as any;
  const { totalram, freeram } = syscall(SYS.sysinfo);
  const { fsActivity, ...usage } = threadUsage(RUSAGE_SELF);
  const { maxRSS, majorPageFault, minorPageFault } = process.resourceUsage();
  return {
    free_memory: freeram,
    total_memory: totalram,
    rss: process.memoryUsage.rss(),
    constrained_memory: process.constrainedMemory(),
    available_memory: process.availableMemory(),
    ...usage,
    maxRss: maxRSS * 1024,
    pageFaults: { IORequired: majorPageFault, IONotRequired: minorPageFault },
    fsActivity,
  };
}

function threadUsage(who: number): { fsActivity: object } {
  const rusage = new Float64Array(16);
  syscall(SYS.getrusage, who, rusage);
  const [user, kernel] = [rusage[0]! / US, rusage[1]! / US];
  const percentOf = (seconds: number): number => (100 * seconds) / Math.max(engine.now() / 1000, 0.001);
  return {
    userCpuSeconds: user,
    kernelCpuSeconds: kernel,
    cpuConsumptionPercent: percentOf(user + kernel),
    userCpuConsumptionPercent: percentOf(user),
    kernelCpuConsumptionPercent: percentOf(kernel),
    fsActivity: { reads: 0, writes: 0 },
  } as { fsActivity: object };
}

/** The loop's ref'd handles, by libuv's names where it has them, and the loop itself. */
function handles(): object[] {
  const list: object[] = activeHandleList().map(({ provider }) => ({
    type: HANDLE_TYPES[provider] ?? "unknown",
    is_active: true,
    is_referenced: true,
  }));
  list.push({ type: "loop", is_active: list.length > 0, loopIdleTimeSeconds: loopIdleTime() / 1000 });
  return list;
}

const HANDLE_TYPES: Record<string, string> = {
  __proto__: null as never,
  FSEVENTWRAP: "fs_event",
  PIPESERVERWRAP: "pipe",
  PIPEWRAP: "pipe",
  PROCESSWRAP: "process",
  SIGNALWRAP: "signal",
  STATWATCHER: "fs_poll",
  TCPSERVERWRAP: "tcp",
  TCPWRAP: "tcp",
  TTYWRAP: "tty",
  UDPWRAP: "udp",
};

/** By the numbers of getrlimit(2). */
const LIMITS: ReadonlyArray<readonly [name: string, resource: number]> = [
  ["core_file_size_blocks", 4],
  ["data_seg_size_bytes", 2],
  ["file_size_blocks", 1],
  ["max_locked_memory_bytes", 8],
  ["max_memory_size_bytes", 5],
  ["open_files", 7],
  ["stack_size_bytes", 3],
  ["cpu_time_seconds", 0],
  ["max_user_processes", 6],
  ["virtual_memory_bytes", 9],
];

function userLimits(): object {
  const shown = (limit: number): number | string => (limit === Number.POSITIVE_INFINITY ? "unlimited" : limit);
  return Object.fromEntries(
    LIMITS.map(([name, resource]) => {
      const [soft, hard] = syscall(SYS.prlimit64, 0, resource);
      return [name, { soft: shown(soft), hard: shown(hard) }];
    }),
  );
}
