/** Operations on the attributes of files. */
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW } from "../../../abi/fcntl.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { syscall } from "../../base/native.ts";
import { type Path, text } from "./arguments.ts";
import { answer } from "./request.ts";
import { checkFd, done, type Operations, onFd } from "./result.ts";
import { setTimes } from "./times.ts";

export const attributeOperations: Operations = {
  chmod: (path: Path, mode: number, req) => answer(req, done(syscall(SYS.chmod, text(path), mode), "chmod", path)),
  fchmod: (fd: number, mode: number, req) => answer(req, onFd(fd, SYS.fchmod, "fchmod", mode)),
  chown: (path: Path, uid: number, gid: number, req) =>
    answer(req, done(syscall(SYS.chown, text(path), uid, gid), "chown", path)),
  lchown: (path: Path, uid: number, gid: number, req) =>
    answer(req, done(syscall(SYS.lchown, text(path), uid, gid), "lchown", path)),
  fchown: (fd: number, uid: number, gid: number, req) => answer(req, onFd(fd, SYS.fchown, "fchown", uid, gid)),
  utimes: (path: Path, atime: number, mtime: number, req) =>
    answer(req, done(setTimes(AT_FDCWD, text(path), atime, mtime, 0), "utime", path)),
  lutimes: (path: Path, atime: number, mtime: number, req) =>
    answer(req, done(setTimes(AT_FDCWD, text(path), atime, mtime, AT_SYMLINK_NOFOLLOW), "lutime", path)),
  futimes: (fd: number, atime: number, mtime: number, req) => {
    checkFd(fd);
    return answer(req, done(setTimes(fd, null, atime, mtime, 0), "futime"));
  },
};
