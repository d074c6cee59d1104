import { SYS } from "../../../abi/syscalls.ts";
import { syscall } from "../../base/native.ts";

/**
 * utimensat(2) with times as Node's library passes them, in seconds with a fraction.
 * @param path null: of the open file `fd` itself
 */
export function setTimes(fd: number, path: string | null, atime: number, mtime: number, flags: number): number {
  const access = timespec(atime);
  const modification = timespec(mtime);
  return syscall(SYS.utimensat, fd, path, access.sec, access.nsec, modification.sec, modification.nsec, flags);
}

/** As libuv makes them of a double: whole microseconds, cut off towards zero. */
function timespec(seconds: number): { sec: number; nsec: number } {
  const sec = Math.trunc(seconds);
  const nanoseconds = Math.trunc((seconds - sec) * 1e9);
  const nsec = nanoseconds - (nanoseconds % 1000);
  // Adding 0 turns -0 into 0.
  return nsec < 0 ? { sec: sec - 1, nsec: nsec + 1e9 } : { sec: sec + 0, nsec: nsec + 0 };
}
