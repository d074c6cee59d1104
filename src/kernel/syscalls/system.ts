import { MEMORY_FIELDS } from "../../abi/resource.ts";
import { EINVAL, EPERM } from "../errno.ts";
import { RELEASE, SYSNAME, VERSION } from "../uname.ts";
import { bytes, doubles, optionalInt } from "./arguments.ts";
import type { SyscallHandler } from "./table.ts";

/** uname() → {sysname, nodename, release, version, machine}. */
export const uname: SyscallHandler = (vm, _task) => ({
  sysname: SYSNAME,
  nodename: vm.hostname,
  release: RELEASE,
  version: VERSION,
  machine: vm.host.machine,
});

const MAX_HOSTNAME = 64;

/** sethostname(name). */
export const sethostname: SyscallHandler = (vm, task, name) => {
  const { creds, pid } = task.process;
  if (typeof name !== "string" || name.length > MAX_HOSTNAME) throw EINVAL;
  vm.permissions.demand("process", "sethostname", name, pid);
  if (creds.euid !== 0) throw EPERM;
  vm.hostname = name;
  return 0;
};

/** sysinfo() → {uptime: s, loads: [1, 5, 15 min], totalram: bytes, freeram: bytes, procs}. The load is not measured. */
export const sysinfo: SyscallHandler = (vm, _task) => {
  const { inspector, processes } = vm;
  const { total, free } = inspector.memory();
  return { uptime: inspector.uptime(), loads: [0, 0, 0], totalram: total, freeram: free, procs: processes.size };
};

/**
 * cpu_info() → a flat array, for each processor: model, speed in MHz, then milliseconds of user, nice, system, idle and
 * interrupt time. What the processors are and do is the host's secret: guests see a uniform one.
 */
export const cpu_info: SyscallHandler = (vm, _task) => {
  const idle = Math.round(vm.inspector.uptime() * 1000);
  const cpus: (string | number)[] = [];
  for (let i = 0; i < vm.host.cpuCount; i++) cpus.push("Virtual CPU", 0, 0, 0, 0, idle, 0);
  return cpus;
};

/**
 * network_interfaces() → a flat array, for each address: interface, address, netmask, family, MAC address, internal,
 * scope id (-1: none). A VM has the loopback interface only.
 */
export const network_interfaces: SyscallHandler = () => [
  ...["lo", "127.0.0.1", "255.0.0.0", "IPv4", "00:00:00:00:00:00", true, -1],
  ...["lo", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "IPv6", "00:00:00:00:00:00", true, 0],
];

/** memory_usage(Float64Array(5)): rss, heapTotal, heapUsed, external, arrayBuffers in bytes. */
export const memory_usage: SyscallHandler = (_vm, task, out) => {
  const fields = doubles(out, MEMORY_FIELDS);
  const { rss, heapTotal, heapUsed, external, arrayBuffers } = task.runner.memoryUsage(task.tid);
  fields[0] = rss;
  fields[1] = heapTotal;
  fields[2] = heapUsed;
  fields[3] = external;
  fields[4] = arrayBuffers;
  return 0;
};

/** Bytes that are made at a time: a task lets others have the kernel's lock between. */
const RANDOM_PIECE = 1024 * 1024;

/** getrandom(buffer, flags) → bytes written: the whole buffer. */
export const getrandom: SyscallHandler = (vm, task, buffer, flags) => {
  const dst = bytes(buffer);
  optionalInt(flags, 0);
  return task.inPieces(dst.length, RANDOM_PIECE, (from, to) => {
    vm.host.random(dst.subarray(from, to));
    return to - from;
  });
};
