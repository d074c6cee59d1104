import { SYS } from "../../abi/syscalls.ts";
import { CLOCK_MONOTONIC } from "../../abi/time.ts";
import { parseDotenv } from "../base/dotenv.ts";
import { syscall } from "../base/native.ts";

export function extendUtil(target: any): any {
  return Object.assign(target, {
    guessHandleType: (fd: number) => HANDLE_TYPES.indexOf(syscall(SYS.fd_type, fd)),
    sleep: (milliseconds: number) => void syscall(SYS.clock_nanosleep, CLOCK_MONOTONIC, 0, milliseconds),
    parseEnv: parseDotenv,
  });
}

/** In the order of lib/internal/util.js's table. */
const HANDLE_TYPES = ["TCP", "TTY", "UDP", "FILE", "PIPE", "UNKNOWN", "INVALID"];
