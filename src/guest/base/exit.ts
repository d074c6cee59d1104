import { SYS } from "../../abi/syscalls.ts";
import { syscall } from "./native.ts";

/** Ends the process with exit_group(2). Does not return: the engine ends this thread in the syscall. */
export function exitGroup(code: number): never {
  syscall(SYS.exit_group, code & 0xff);
  throw new Error("exit_group returned");
}
