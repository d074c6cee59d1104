import type { SyscallValue } from "../../abi/syscalls.ts";
import { EINVAL, ENOTDIR, EOPNOTSUPP } from "../errno.ts";
import type { DirectoryEntry } from "../vfs/file_description.ts";
import { InodeDescription } from "../vfs/inode_description.ts";
import { int, optionalInt, path } from "./arguments.ts";
import type { SyscallHandler } from "./table.ts";

/** mkdir(path, mode). */
export const mkdir: SyscallHandler = (vm, task, name, mode) => {
  vm.vfs.mkdir(task.process.fs, path(name), optionalInt(mode, 0o777));
  return 0;
};

/** rmdir(path). */
export const rmdir: SyscallHandler = (vm, task, name) => {
  vm.vfs.rmdir(task.process.fs, path(name));
  return 0;
};

/** mkdtemp(prefix) → the new directory's path. */
export const mkdtemp: SyscallHandler = (vm, task, prefix) => {
  const start = path(prefix);
  return vm.vfs.mkdtemp(task.process.fs, start);
};

function split(entries: readonly DirectoryEntry[]): SyscallValue {
  const names: string[] = [];
  const types: number[] = [];
  for (const { name, type } of entries) {
    names.push(name);
    types.push(type);
  }
  return { names, types };
}

/** Entries that one call gives at most: a directory may hold tens of thousands. */
const MAX_ENTRIES = 4096;

/**
 * getdents64(fd, count) → {names, types}: at most `count` (or 4096) further entries, without "." and ".."; none at the end. Types
 * are DT_* of readdir(3).
 */
export const getdents64: SyscallHandler = (_vm, task, fd, countArgument) => {
  const count = int(countArgument);
  if (count <= 0) throw EINVAL;
  return split(task.process.fds.get(fd).readdir(Math.min(count, MAX_ENTRIES)));
};

/** read_dir(path) → {names, types}: open, all entries, close. EOPNOTSUPP: more than 4096, to be read by getdents64. */
export const read_dir: SyscallHandler = (vm, task, name) => {
  const directory = path(name);
  const file = vm.vfs.openDirectory(task.process.fs, directory);
  try {
    const entries = file.readdir(MAX_ENTRIES + 1);
    if (entries.length > MAX_ENTRIES) throw EOPNOTSUPP;
    return split(entries);
  } finally {
    file.decRef();
  }
};

/** chdir(path). */
export const chdir: SyscallHandler = (vm, task, name) => {
  task.process.changeDirectory(vm.vfs.findDirectory(task.process.fs, path(name)));
  return 0;
};

/** fchdir(fd). */
export const fchdir: SyscallHandler = (vm, task, fd) => {
  const file = task.process.fds.get(fd);
  if (!(file instanceof InodeDescription) || !file.inode.isDirectory) throw ENOTDIR;
  const { fs } = task.process;
  task.process.changeDirectory(vm.vfs.resolveDirectory(fs, ".", file.dentry));
  return 0;
};

/** getcwd() → path. */
export const getcwd: SyscallHandler = (vm, task) => vm.vfs.getcwd(task.process.fs);

/** realpath(path) → the absolute path without links. */
export const realpath: SyscallHandler = (vm, task, name) => vm.vfs.realpath(task.process.fs, path(name));
