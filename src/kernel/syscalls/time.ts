import { EINVAL } from "../errno.ts";
import { int, timeout } from "./arguments.ts";
import { ERESTARTSYS } from "./numbers.ts";
import type { SyscallHandler } from "./table.ts";

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const CLOCK_PROCESS_CPUTIME_ID = 2;
const CLOCK_THREAD_CPUTIME_ID = 3;
const CLOCK_MONOTONIC_RAW = 4;
const CLOCK_REALTIME_COARSE = 5;
const CLOCK_MONOTONIC_COARSE = 6;
const CLOCK_BOOTTIME = 7;

/** clock_gettime(clock) → nanoseconds as a bigint. The monotonic clocks count from the VM's start. */
export const clock_gettime: SyscallHandler = (task, clock) => {
  const { process } = task;
  const { host } = process.vm.kernel;
  switch (int(clock)) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
      return host.wallClockNs();
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
      return BigInt(Math.round((host.now() - process.vm.bootedAt) * 1e6));
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
export const clock_nanosleep: SyscallHandler = (task, clock, flags, milliseconds) => {
  const time = timeout(milliseconds);
  if ((int(clock) !== CLOCK_MONOTONIC && int(clock) !== CLOCK_REALTIME) || int(flags) !== 0 || time < 0) throw EINVAL;
  return task.timedOut(time) ? 0 : ERESTARTSYS;
};
