import { POLLIN } from "../../abi/poll.ts";
import {
  PRIO_PGRP,
  PRIO_PROCESS,
  PRIO_USER,
  RUSAGE_CHILDREN,
  RUSAGE_FIELDS,
  RUSAGE_SELF,
  RUSAGE_THREAD,
} from "../../abi/resource.ts";
import { SIGCONT } from "../../abi/signal.ts";
import type { SyscallValue } from "../../abi/syscalls.ts";
import { STATUS_CONTINUED, STATUS_STOPPED, WCONTINUED, WNOHANG, WUNTRACED } from "../../abi/wait.ts";
import { EACCES, ECHILD, EINVAL, EPERM, ESRCH } from "../errno.ts";
import type { CpuTime } from "../host.ts";
import { ExitStatus } from "../process/exit_status.ts";
import type { Process } from "../process/process.ts";
import type { Task } from "../process/task.ts";
import { WouldBlock } from "../vfs/file_description.ts";
import type { Vm } from "../vm.ts";
import { doubles, int, optionalInt } from "./arguments.ts";
import type { SyscallHandler } from "./table.ts";

export const getpid: SyscallHandler = (_vm, task) => task.process.pid;

/** gettid(): the pid for the first thread. */
export const gettid: SyscallHandler = (_vm, task) => task.id;

export const getppid: SyscallHandler = (_vm, task) => task.process.parent?.pid ?? 0;

/** The process that a pid argument means, 0 being the caller. ESRCH. */
function processOf(vm: Vm, task: Task, pid: unknown): Process {
  const number = int(pid);
  return number === 0 ? task.process : vm.processes.require(number);
}

/** getpgid(pid). */
export const getpgid: SyscallHandler = (vm, task, pid) => processOf(vm, task, pid).pgid;

/** getsid(pid). */
export const getsid: SyscallHandler = (vm, task, pid) => processOf(vm, task, pid).sid;

/** setpgid(pid, pgid): 0 means the caller, and its own pid. */
export const setpgid: SyscallHandler = (vm, task, pid, pgid) => {
  const group = int(pgid);
  const member = int(pid);
  if (group < 0) throw EINVAL;
  vm.processes.setGroup(task.process, member, group);
  return 0;
};

/** setsid() → the new session's id. */
export const setsid: SyscallHandler = (vm, task) => vm.processes.newSession(task.process);

/** exit_group(code): the thread stops when the syscall returns. */
export const exit_group: SyscallHandler = (_vm, task, code) => {
  task.process.terminate(ExitStatus.exited(optionalInt(code, 0)));
  return 0;
};

/**
 * wait4(pid, options) → [pid, status word, user CPU µs, system CPU µs]; 0 with WNOHANG if no child has changed. pid > 0:
 * that child; 0: of the caller's group; -1: any; < -1: of the group -pid. Errors: ECHILD, EINVAL.
 */
export const wait4: SyscallHandler = (_vm, task, pidArgument, optionsArgument) => {
  const { process } = task;
  const pid = optionalInt(pidArgument, -1);
  const options = optionalInt(optionsArgument, 0);
  if (options & ~(WNOHANG | WUNTRACED | WCONTINUED)) throw EINVAL;
  let any = false;
  for (const child of process.children) {
    if (!isMeant(process, child, pid)) continue;
    any = true;
    const report = reportOf(child, options);
    if (report !== null) return report;
  }
  if (!any) throw ECHILD;
  return options & WNOHANG ? 0 : task.block(new WouldBlock(process.childQueue, POLLIN));
};

function isMeant(parent: Process, child: Process, pid: number): boolean {
  if (pid > 0) return child.pid === pid;
  if (pid === -1) return true;
  return child.pgid === (pid === 0 ? parent.pgid : -pid);
}

function reportOf(child: Process, options: number): SyscallValue {
  const { userUs, systemUs } = child.endedCpu;
  if (child.exitStatus !== null) {
    child.table.reap(child);
    return [child.pid, child.exitStatus.waitStatus, userUs, systemUs];
  }
  if (options & WUNTRACED && child.stopReport !== 0) {
    const signal = child.stopReport;
    child.stopReport = 0;
    return [child.pid, (signal << 8) | STATUS_STOPPED, userUs, systemUs];
  }
  if (options & WCONTINUED && child.continueReport) {
    child.continueReport = false;
    return [child.pid, STATUS_CONTINUED, userUs, systemUs];
  }
  return null;
}

/** kill(2)'s rule: root, or the sender's real or effective uid is the receiver's real or saved one. */
export function maySignal(sender: Process, receiver: Process, signal: number): boolean {
  const { uid, euid } = sender.creds;
  if (euid === 0 || sender === receiver) return true;
  const other = receiver.creds;
  if (uid === other.uid || uid === other.suid || euid === other.uid || euid === other.suid) return true;
  return signal === SIGCONT && sender.sid === receiver.sid;
}

/**
 * getrusage(who, Float64Array(16)): user and system CPU time in µs, the largest resident set in KiB, then thirteen
 * counters in struct rusage's order, which this kernel does not keep.
 */
export const getrusage: SyscallHandler = (_vm, task, whoArgument, out) => {
  const who = int(whoArgument);
  const usage = doubles(out, RUSAGE_FIELDS);
  const { process } = task;
  let cpu: CpuTime;
  if (who === RUSAGE_SELF) cpu = process.cpuTime();
  else if (who === RUSAGE_CHILDREN) cpu = process.childrenCpu;
  else if (who === RUSAGE_THREAD) cpu = task.runner.cpuTime(task.tid);
  else throw EINVAL;
  usage[0] = cpu.userUs;
  usage[1] = cpu.systemUs;
  if (who !== RUSAGE_CHILDREN) usage[2] = Math.ceil(task.runner.memoryUsage(task.tid).rss / 1024);
  return 0;
};

/** prlimit64(pid, resource, soft?, hard?) → [soft, hard] before. Infinity stands for RLIM_INFINITY. */
export const prlimit64: SyscallHandler = (vm, task, pid, resource, soft, hard) => {
  const process = processOf(vm, task, pid);
  if (process !== task.process && !maySignal(task.process, process, 0)) throw EPERM;
  const { rlimits } = process;
  const number = int(resource);
  const before = [rlimits.soft(number), rlimits.hard(number)];
  if (soft !== undefined && soft !== null) {
    if (typeof soft !== "number") throw EINVAL;
    if (hard !== undefined && hard !== null && typeof hard !== "number") throw EINVAL;
    process.setRlimit(number, soft, hard ?? before[1]!);
  }
  return before;
};

function prioritized(vm: Vm, task: Task, which: number, who: number): Process[] {
  const { process } = task;
  const { processes } = vm;
  let meant: Process[];
  if (which === PRIO_PROCESS) meant = [who === 0 ? process : processes.require(who)];
  else if (which === PRIO_PGRP) meant = processes.group(who === 0 ? process.pgid : who);
  else if (which === PRIO_USER)
    meant = [...processes].filter(({ creds }) => creds.uid === (who === 0 ? process.creds.uid : who));
  else throw EINVAL;
  if (meant.length === 0) throw ESRCH;
  return meant;
}

/** getpriority(which, who) → 20 - nice, as Linux's system call: 1..40. */
export const getpriority: SyscallHandler = (vm, task, which, who) =>
  20 - Math.min(...prioritized(vm, task, int(which), int(who)).map(({ nice }) => nice));

/** setpriority(which, who, nice). EACCES: only root may lower a nice value. */
export const setpriority: SyscallHandler = (vm, task, which, who, niceArgument) => {
  const { creds, pid } = task.process;
  const meant = prioritized(vm, task, int(which), int(who));
  const nice = Math.max(-20, Math.min(19, int(niceArgument)));
  for (const process of meant) {
    vm.permissions.demand("process", "setpriority", String(process.pid), pid);
    if (creds.euid !== 0 && creds.euid !== process.creds.euid && creds.euid !== process.creds.uid) throw EPERM;
    if (creds.euid !== 0 && nice < process.nice) throw EACCES;
    process.nice = nice;
  }
  return 0;
};
