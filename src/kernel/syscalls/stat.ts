import { STAT_FIELDS, STATFS_FIELDS } from "../../abi/stat.ts";
import type { StatFs } from "../vfs/filesystem.ts";
import { bigints, doubles, path } from "./arguments.ts";
import type { SyscallHandler } from "./table.ts";

/** stat(path, Float64Array(18)): see STAT_FIELDS for the order. */
export const stat: SyscallHandler = (vm, task, name, out) => {
  vm.vfs.statInto(doubles(out, STAT_FIELDS), task.process.fs, path(name));
  return 0;
};

/** lstat(path, Float64Array(18)). */
export const lstat: SyscallHandler = (vm, task, name, out) => {
  vm.vfs.statInto(doubles(out, STAT_FIELDS), task.process.fs, path(name), false);
  return 0;
};

/** fstat(fd, Float64Array(18)). */
export const fstat: SyscallHandler = (_vm, task, fd, out) => {
  task.process.fds.get(fd).statInto(doubles(out, STAT_FIELDS));
  return 0;
};

/** stat_bigint(path, BigInt64Array(18)). */
export const stat_bigint: SyscallHandler = (vm, task, name, out) => {
  vm.vfs.statInto(bigints(out, STAT_FIELDS), task.process.fs, path(name));
  return 0;
};

/** lstat_bigint(path, BigInt64Array(18)). */
export const lstat_bigint: SyscallHandler = (vm, task, name, out) => {
  vm.vfs.statInto(bigints(out, STAT_FIELDS), task.process.fs, path(name), false);
  return 0;
};

/** fstat_bigint(fd, BigInt64Array(18)). */
export const fstat_bigint: SyscallHandler = (_vm, task, fd, out) => {
  task.process.fds.get(fd).statInto(bigints(out, STAT_FIELDS));
  return 0;
};

/** path_kind(path) → 0 for a file, 1 for a directory; -ENOENT and the like if there is neither. */
export const path_kind: SyscallHandler = (vm, task, name) =>
  vm.vfs.find(task.process.fs, "stat", path(name)).inode.isDirectory ? 1 : 0;

function fillStatFs(out: Float64Array, { type, bsize, blocks, bfree, bavail, files, ffree }: StatFs): number {
  out[0] = type;
  out[1] = bsize;
  out[2] = blocks;
  out[3] = bfree;
  out[4] = bavail;
  out[5] = files;
  out[6] = ffree;
  return 0;
}

/** statfs(path, Float64Array(7)). */
export const statfs: SyscallHandler = (vm, task, name, out) => {
  const file = path(name);
  return fillStatFs(doubles(out, STATFS_FIELDS), vm.vfs.statfs(task.process.fs, file));
};

/** fstatfs(fd, Float64Array(7)). */
export const fstatfs: SyscallHandler = (vm, task, fd, out) =>
  fillStatFs(doubles(out, STATFS_FIELDS), vm.vfs.fstatfs(task.process.fds.get(fd)));
