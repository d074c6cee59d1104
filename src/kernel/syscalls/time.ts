import { ERESTARTSYS } from "../../abi/syscalls.ts";
import {
  CLOCK_BOOTTIME,
  CLOCK_MONOTONIC,
  CLOCK_MONOTONIC_COARSE,
  CLOCK_MONOTONIC_RAW,
  CLOCK_PROCESS_CPUTIME_ID,
  CLOCK_REALTIME,
  CLOCK_REALTIME_COARSE,
  CLOCK_THREAD_CPUTIME_ID,
} from "../../abi/time.ts";
import { EINVAL } from "../errno.ts";
import { int, timeout } from "./arguments.ts";
import type { SyscallHandler } from "./table.ts";

/** clock_gettime(clock) → nanoseconds as a bigint. The monotonic clocks count from the VM's start. */
export const clock_gettime: SyscallHandler = (vm, task, clock) => {
  const { process } = task;
  const { host } = vm;
  switch (int(clock)) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
      return host.wallClockNs();
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
      return BigInt(Math.round((host.now() - vm.bootedAt) * 1e6));
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID: {
      const { userUs, systemUs } = process.cpuTime();
      return BigInt(Math.round((userUs + systemUs) * 1000));
    }
    default:
      throw EINVAL;
  }
};

/** clock_nanosleep(clock, flags, milliseconds): relative times only. EINTR. */
export const clock_nanosleep: SyscallHandler = (_vm, task, clock, flags, milliseconds) => {
  const time = timeout(milliseconds);
  if ((int(clock) !== CLOCK_MONOTONIC && int(clock) !== CLOCK_REALTIME) || int(flags) !== 0 || time < 0) throw EINVAL;
  return task.timedOut(time) ? 0 : ERESTARTSYS;
};
