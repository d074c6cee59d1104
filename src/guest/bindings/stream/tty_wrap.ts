import { ERRNO } from "../../../abi/errno.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { describeFailure, type ErrorContext } from "../../base/error_context.ts";
import { syscall } from "../../base/native.ts";
import { asNativeClass } from "../../base/native_class.ts";
import { StreamHandle } from "./stream_wrap.ts";

const EINVAL = -ERRNO.EINVAL;
const ENOTTY = -ERRNO.ENOTTY;

/** Of what a descriptor can be, what libuv makes no tty stream of: pipes and sockets are fit. */
const UNFIT: ReadonlySet<unknown> = new Set(["FILE", "UNKNOWN", "INVALID"]);

class TTY extends StreamHandle {
  constructor(fd: number, context: ErrorContext) {
    super("TTYWRAP");
    const error = UNFIT.has(syscall(SYS.fd_type, fd)) ? EINVAL : this.adopt(fd);
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
