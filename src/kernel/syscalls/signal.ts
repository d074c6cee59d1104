import {
  ALL_SIGNALS,
  LAST_SIGNAL,
  SI_TKILL,
  SI_USER,
  SIG_BLOCK,
  SIG_CATCH,
  SIG_DFL,
  SIG_SETMASK,
  SIG_UNBLOCK,
  type SignalInfo,
  type SignalSet,
  UNMASKABLE,
} from "../../abi/signal.ts";
import { EINVAL, EPERM, ESRCH } from "../errno.ts";
import type { Process } from "../process/process.ts";
import type { Task } from "../process/task.ts";
import type { Vm } from "../vm.ts";
import { int, optionalInt } from "./arguments.ts";
import { maySignal } from "./process.ts";
import type { SyscallHandler } from "./table.ts";

/** A signal number, or 0 where only existence and permission are asked. */
function signalArgument(value: unknown, lowest: 0 | 1): number {
  const signal = int(value);
  if (signal < lowest || signal > LAST_SIGNAL) throw EINVAL;
  return signal;
}

/** A signal set as a bigint, see SignalSet. */
export function signalSetArgument(value: unknown): SignalSet {
  if (typeof value !== "bigint" || value < 0n || value > ALL_SIGNALS) throw EINVAL;
  return value;
}

function demand(vm: Vm, { process }: Task, target: Process): void {
  if (target !== process) vm.permissions.demand("process", "kill", String(target.pid), process.pid);
}

function infoFrom(task: Task, signal: number, code: number): SignalInfo {
  return { signal, code, pid: task.process.pid, uid: task.process.creds.uid, status: 0 };
}

/** kill(pid, signal): pid > 0 a process, 0 the caller's group, -1 all that may be, < -1 the group -pid. */
export const kill: SyscallHandler = (vm, task, pidArgument, signalValue) => {
  const { process } = task;
  const { processes } = vm;
  const pid = int(pidArgument);
  const signal = signalArgument(signalValue, 0);
  if (pid > 0) {
    const target = processes.require(pid);
    demand(vm, task, target);
    if (!maySignal(process, target, signal)) throw EPERM;
    if (signal !== 0) target.signals.send(infoFrom(task, signal, SI_USER));
    return 0;
  }
  const all =
    pid === -1 ? [...processes].filter((other) => other !== process) : processes.group(pid === 0 ? process.pgid : -pid);
  if (all.length === 0) throw ESRCH;
  const targets = all.filter((target) => maySignal(process, target, signal));
  if (targets.length === 0) throw EPERM;
  for (const target of targets) demand(vm, task, target);
  if (signal !== 0) for (const target of targets) target.signals.send(infoFrom(task, signal, SI_USER));
  return 0;
};

/** tgkill(pid, tid, signal): to one thread of a process. */
export const tgkill: SyscallHandler = (vm, task, pidArgument, tidArgument, signalValue) => {
  const pid = int(pidArgument);
  const tid = int(tidArgument);
  const signal = signalArgument(signalValue, 0);
  if (pid <= 0 || tid <= 0) throw EINVAL;
  const target = vm.processes.require(pid);
  const thread = target.tasks.find(({ id }) => id === tid);
  if (thread === undefined && (tid !== pid || target.isInit)) throw ESRCH;
  demand(vm, task, target);
  if (!maySignal(task.process, target, signal)) throw EPERM;
  if (signal !== 0) target.signals.send(infoFrom(task, signal, SI_TKILL), thread);
  return 0;
};

/** rt_sigaction(signal, disposition?, flags?) → the disposition before: 0 default, 1 ignored, 2 caught. */
export const rt_sigaction: SyscallHandler = (_vm, task, signalValue, disposition, flags) => {
  const { signals } = task.process;
  const signal = signalArgument(signalValue, 1);
  const before = signals.action(signal).disposition;
  if (disposition !== undefined && disposition !== null) {
    const next = int(disposition);
    if (next < SIG_DFL || next > SIG_CATCH) throw EINVAL;
    signals.setAction(signal, { disposition: next, flags: optionalInt(flags, 0) });
  }
  return before;
};

/** rt_sigprocmask(how, set?) → the mask before; sets are bigints with bit n-1 for signal n. */
export const rt_sigprocmask: SyscallHandler = (_vm, task, how, set) => {
  const before = task.signalMask;
  if (set === undefined || set === null) return before;
  const change = signalSetArgument(set) & ~UNMASKABLE;
  const operation = int(how);
  if (operation === SIG_BLOCK) task.signalMask |= change;
  else if (operation === SIG_UNBLOCK) task.signalMask &= ~change;
  else if (operation === SIG_SETMASK) task.signalMask = change;
  else throw EINVAL;
  task.process.signals.deliverPending();
  return before;
};

/** rt_sigpending() → the blocked signals that are pending. */
export const rt_sigpending: SyscallHandler = (_vm, task) =>
  (task.pending.set | task.process.signals.pending.set) & task.signalMask;
