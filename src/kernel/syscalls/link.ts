import { optionalInt, path } from "./arguments.ts";
import type { SyscallHandler } from "./table.ts";

/** link(existing, new). */
export const link: SyscallHandler = (vm, task, existing, created) => {
  vm.vfs.link(task.process.fs, path(existing), path(created));
  return 0;
};

/** symlink(target, path). */
export const symlink: SyscallHandler = (vm, task, target, created) => {
  const to = path(target);
  vm.vfs.symlink(task.process.fs, to, path(created));
  return 0;
};

/** readlink(path) → target. */
export const readlink: SyscallHandler = (vm, task, name) => vm.vfs.readlink(task.process.fs, path(name));

/** unlink(path). */
export const unlink: SyscallHandler = (vm, task, name) => {
  vm.vfs.unlink(task.process.fs, path(name));
  return 0;
};

/** rename(old, new, flags): flags are renameat2(2)'s, none if left out. */
export const rename: SyscallHandler = (vm, task, old, created, flags) => {
  const from = path(old);
  const to = path(created);
  vm.vfs.rename(task.process.fs, from, to, optionalInt(flags, 0));
  return 0;
};
