/** Waiting in the loop for a descriptor, for operations that must not put the whole process to sleep. */
import { F_DUPFD_CLOEXEC } from "../../../abi/fcntl.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { syscall } from "../native.ts";
import { unwatch, watch } from "./loop.ts";

const interest = new Int32Array(2);
const revents = new Int32Array(1);

/** Whether an operation on `fd` would go on at once; also when it would fail at once. */
export function pollOnce(fd: number, events: number): boolean {
  interest[0] = fd;
  interest[1] = events;
  return syscall(SYS.poll, interest, revents, 0) !== 0;
}

/** Calls `run` in the poll phase in which `fd` is ready. Works on a duplicate: the caller may close its own. */
export function whenReady(fd: number, events: number, run: () => void): void {
  const own = syscall(SYS.fcntl, fd, F_DUPFD_CLOEXEC, 0);
  if (own < 0 || watch(own, events, ready) < 0) return run();
  function ready(): void {
    unwatch(own);
    syscall(SYS.close, own);
    run();
  }
}
