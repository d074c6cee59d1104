import { openSync, writeSync } from "node:fs";
import type { Kernel } from "../kernel/kernel.ts";
import { formatSyscall } from "../kernel/syscalls/strace.ts";

/** Appends a line for every syscall of every guest to the host's file `path`: for finding out what a program does. */
export function traceSyscalls(kernel: Kernel, path: string): void {
  const file = openSync(path, "a");
  kernel.tracer = (task, nr, args, result) => {
    writeSync(file, `${formatSyscall(task, nr, args, result)}\n`);
  };
}
