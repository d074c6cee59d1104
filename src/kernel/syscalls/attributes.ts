import { AT_SYMLINK_NOFOLLOW } from "../../abi/fcntl.ts";
import { EINVAL } from "../errno.ts";
import { id, int, optionalInt, path, timespec } from "./arguments.ts";
import { startDirectory } from "./file.ts";
import type { SyscallHandler } from "./table.ts";

/** access(path, mode): with the real ids. */
export const access: SyscallHandler = (vm, task, name, mode) => {
  vm.vfs.access(task.process.fs, path(name), optionalInt(mode, 0));
  return 0;
};

/** chmod(path, mode). */
export const chmod: SyscallHandler = (vm, task, name, mode) => {
  vm.vfs.chmod(task.process.fs, path(name), int(mode));
  return 0;
};

/** fchmod(fd, mode). */
export const fchmod: SyscallHandler = (vm, task, fd, mode) => {
  vm.vfs.fchmod(task.process.fs, task.process.fds.get(fd), int(mode));
  return 0;
};

/** chown(path, uid, gid): -1 leaves an id as it is. */
export const chown: SyscallHandler = (vm, task, name, uid, gid) => {
  vm.vfs.chown(task.process.fs, path(name), id(uid), id(gid));
  return 0;
};

/** lchown(path, uid, gid). */
export const lchown: SyscallHandler = (vm, task, name, uid, gid) => {
  vm.vfs.chown(task.process.fs, path(name), id(uid), id(gid), false);
  return 0;
};

/** fchown(fd, uid, gid). */
export const fchown: SyscallHandler = (vm, task, fd, uid, gid) => {
  vm.vfs.fchown(task.process.fs, task.process.fds.get(fd), id(uid), id(gid));
  return 0;
};

/**
 * utimensat(dirfd, path, atime, atimeNsec, mtime, mtimeNsec, flags): times in whole seconds and nanoseconds; a null path
 * means the open file `dirfd` itself.
 */
export const utimensat: SyscallHandler = (vm, task, dirfd, name, atime, atimeNsec, mtime, mtimeNsec, flagsArgument) => {
  const { fs, fds } = task.process;
  const access = timespec(atime, atimeNsec);
  const modification = timespec(mtime, mtimeNsec);
  const flags = optionalInt(flagsArgument, 0);
  if (flags & ~AT_SYMLINK_NOFOLLOW) throw EINVAL;
  if (name === null || name === undefined) {
    vm.vfs.futimens(fs, fds.get(dirfd), access, modification);
    return 0;
  }
  const file = path(name);
  const follow = (flags & AT_SYMLINK_NOFOLLOW) === 0;
  const at = startDirectory(task, dirfd);
  vm.vfs.utimens(fs, file, access, modification, follow, at);
  return 0;
};

/** umask(mask) → the mask before. */
export const umask: SyscallHandler = (_vm, task, mask) => {
  const { fs } = task.process;
  const before = fs.umask;
  fs.umask = int(mask) & 0o777;
  return before;
};
