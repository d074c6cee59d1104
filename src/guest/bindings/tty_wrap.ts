import { ERRNO } from "../../abi/errno.ts";
import { SYS } from "../../abi/syscalls.ts";
import { describeFailure, type ErrorContext } from "../error_context.ts";
import { syscall } from "../native.ts";
import { asNativeClass } from "../native_class.ts";
import { StreamHandle } from "./stream_wrap.ts";

const EINVAL = -ERRNO.EINVAL;
const ENOTTY = -ERRNO.ENOTTY;

class TTY extends StreamHandle {
  constructor(fd: number, context: ErrorContext) {
    super("TTYWRAP");
    const error = syscall(SYS.isatty, fd) === true ? this.adopt(fd) : EINVAL;
    if (error < 0) describeFailure(context, error, "uv_tty_init");
  }
  getWindowSize(): number {
    return ENOTTY;
  }
  setRawMode(): number {
    return ENOTTY;
  }
}

asNativeClass(TTY);

export function createTtyWrap(): object {
  return { TTY, isTTY: (fd: number) => syscall(SYS.isatty, fd) === true };
}
