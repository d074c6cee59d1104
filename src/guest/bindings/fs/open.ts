/** Opening and closing, and what concerns an open file as a whole. */
import { O_CLOEXEC } from "../../../abi/fcntl.ts";
import { F_OK } from "../../../abi/mode.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { syscall } from "../../base/native.ts";
import { type Path, text } from "./arguments.ts";
import { FileHandle } from "./file_handle.ts";
import { answer, Made } from "./request.ts";
import { check, checkMode, done, type Operations, onFd } from "./result.ts";

export const openOperations: Operations = {
  access: (path: Path, mode: number, req) => {
    return answer(req, done(syscall(SYS.access, text(path), checkMode(mode)), "access", path));
  },
  existsSync: (path: Path) => syscall(SYS.access, text(path), F_OK) === 0,
  open: (path: Path, flags: number, mode: number, req) =>
    answer(req, check(syscall(SYS.open, text(path), flags | O_CLOEXEC, mode), "open", path)),
  openFileHandle: (path: Path, flags: number, mode: number, req) => {
    const fd = check(syscall(SYS.open, text(path), flags | O_CLOEXEC, mode), "open", path);
    return answer(req, typeof fd === "number" ? new Made(() => new FileHandle(fd)) : fd);
  },
  close: (fd: number, req) => answer(req, onFd(fd, SYS.close, "close")),
  fsync: (fd: number, req) => answer(req, onFd(fd, SYS.fsync, "fsync")),
  fdatasync: (fd: number, req) => answer(req, onFd(fd, SYS.fdatasync, "fdatasync")),
  ftruncate: (fd: number, length: number, req) => answer(req, onFd(fd, SYS.ftruncate, "ftruncate", length)),
};
