import { ERRNO, type ErrnoName } from "../abi/errno.ts";

/**
 * What kernel code throws: the syscall gate turns one of these constants into a negative return value. They are shared
 * frozen objects without a stack, so that a failing syscall stays cheap.
 */
export class Errno {
  readonly code: ErrnoName;
  readonly errno: number;
  constructor(code: ErrnoName) {
    this.code = code;
    this.errno = ERRNO[code];
  }
  toString(): string {
    return this.code;
  }
}

const define = (code: ErrnoName): Errno => Object.freeze(new Errno(code));

export const EPERM = define("EPERM");
export const ENOENT = define("ENOENT");
export const ESRCH = define("ESRCH");
export const EINTR = define("EINTR");
export const EIO = define("EIO");
export const ENXIO = define("ENXIO");
export const E2BIG = define("E2BIG");
export const ENOEXEC = define("ENOEXEC");
export const EBADF = define("EBADF");
export const ECHILD = define("ECHILD");
export const EAGAIN = define("EAGAIN");
export const ENOMEM = define("ENOMEM");
export const EACCES = define("EACCES");
export const EFAULT = define("EFAULT");
export const EBUSY = define("EBUSY");
export const EEXIST = define("EEXIST");
export const EXDEV = define("EXDEV");
export const ENODEV = define("ENODEV");
export const ENOTDIR = define("ENOTDIR");
export const EISDIR = define("EISDIR");
export const EINVAL = define("EINVAL");
export const ENFILE = define("ENFILE");
export const EMFILE = define("EMFILE");
export const ENOTTY = define("ENOTTY");
export const ETXTBSY = define("ETXTBSY");
export const EFBIG = define("EFBIG");
export const ENOSPC = define("ENOSPC");
export const ESPIPE = define("ESPIPE");
export const EROFS = define("EROFS");
export const EMLINK = define("EMLINK");
export const EPIPE = define("EPIPE");
export const EDOM = define("EDOM");
export const ERANGE = define("ERANGE");
export const ENAMETOOLONG = define("ENAMETOOLONG");
export const ENOSYS = define("ENOSYS");
export const ENOTEMPTY = define("ENOTEMPTY");
export const ELOOP = define("ELOOP");
export const EOVERFLOW = define("EOVERFLOW");
export const EOPNOTSUPP = define("EOPNOTSUPP");
export const ETIMEDOUT = define("ETIMEDOUT");
