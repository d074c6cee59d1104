import { optionalInt, path } from "./arguments.ts";
import { checkPath, checkRename } from "./path_permission.ts";
import type { SyscallHandler } from "./table.ts";

/** link(existing, new). */
export const link: SyscallHandler = (vm, task, existing, created) => {
  const from = path(existing);
  const to = path(created);
  // The new name gives whoever may use it all rights to the file: they must be there on the old name, too.
  checkPath(vm, task, "link", from, false);
  checkPath(vm, task, "read", from, false);
  checkPath(vm, task, "write", from, false);
  checkPath(vm, task, "link", to, false);
  vm.vfs.link(task.process.fs, from, to);
  return 0;
};

/** symlink(target, path). */
export const symlink: SyscallHandler = (vm, task, target, created) => {
  const to = path(target);
  const name = path(created);
  checkPath(vm, task, "symlink", name, false);
  vm.vfs.symlink(task.process.fs, to, name);
  return 0;
};

/** readlink(path) → target. */
export const readlink: SyscallHandler = (vm, task, name) => {
  const file = path(name);
  checkPath(vm, task, "readlink", file, false);
  return vm.vfs.readlink(task.process.fs, file);
};

/** unlink(path). */
export const unlink: SyscallHandler = (vm, task, name) => {
  const file = path(name);
  checkPath(vm, task, "rm", file, false);
  vm.vfs.unlink(task.process.fs, file);
  return 0;
};

/** rename(old, new, flags): flags are renameat2(2)'s, none if left out. */
export const rename: SyscallHandler = (vm, task, old, created, flags) => {
  const from = path(old);
  const to = path(created);
  const bits = optionalInt(flags, 0);
  checkRename(vm, task, from, to, bits);
  vm.vfs.rename(task.process.fs, from, to, bits);
  return 0;
};
