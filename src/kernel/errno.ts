/**
 * Linux error numbers (errno(3), x86-64 values). Kernel code throws one of these constants; the syscall gate turns it
 * into a negative return value. They are shared frozen objects without a stack, so that a failing syscall stays cheap.
 */
export class Errno {
  readonly code: string;
  readonly errno: number;
  constructor(code: string, errno: number) {
    this.code = code;
    this.errno = errno;
  }
  toString(): string {
    return this.code;
  }
}

const define = (code: string, errno: number): Errno => Object.freeze(new Errno(code, errno));

export const EPERM = define("EPERM", 1);
export const ENOENT = define("ENOENT", 2);
export const ESRCH = define("ESRCH", 3);
export const EINTR = define("EINTR", 4);
export const EIO = define("EIO", 5);
export const ENXIO = define("ENXIO", 6);
export const E2BIG = define("E2BIG", 7);
export const ENOEXEC = define("ENOEXEC", 8);
export const EBADF = define("EBADF", 9);
export const ECHILD = define("ECHILD", 10);
export const EAGAIN = define("EAGAIN", 11);
export const ENOMEM = define("ENOMEM", 12);
export const EACCES = define("EACCES", 13);
export const EFAULT = define("EFAULT", 14);
export const EBUSY = define("EBUSY", 16);
export const EEXIST = define("EEXIST", 17);
export const EXDEV = define("EXDEV", 18);
export const ENODEV = define("ENODEV", 19);
export const ENOTDIR = define("ENOTDIR", 20);
export const EISDIR = define("EISDIR", 21);
export const EINVAL = define("EINVAL", 22);
export const ENFILE = define("ENFILE", 23);
export const EMFILE = define("EMFILE", 24);
export const ENOTTY = define("ENOTTY", 25);
export const ETXTBSY = define("ETXTBSY", 26);
export const EFBIG = define("EFBIG", 27);
export const ENOSPC = define("ENOSPC", 28);
export const ESPIPE = define("ESPIPE", 29);
export const EROFS = define("EROFS", 30);
export const EMLINK = define("EMLINK", 31);
export const EPIPE = define("EPIPE", 32);
export const EDOM = define("EDOM", 33);
export const ERANGE = define("ERANGE", 34);
export const ENAMETOOLONG = define("ENAMETOOLONG", 36);
export const ENOSYS = define("ENOSYS", 38);
export const ENOTEMPTY = define("ENOTEMPTY", 39);
export const ELOOP = define("ELOOP", 40);
export const EOVERFLOW = define("EOVERFLOW", 75);
export const EOPNOTSUPP = define("EOPNOTSUPP", 95);
export const ETIMEDOUT = define("ETIMEDOUT", 110);
