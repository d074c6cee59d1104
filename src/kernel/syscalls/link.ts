import { optionalInt, path } from "./arguments.ts";
import { checkPath, checkRename } from "./path_permission.ts";
import type { SyscallHandler } from "./table.ts";

/** link(existing, new). */
export const link: SyscallHandler = (task, existing, created) => {
  const from = path(existing);
  const to = path(created);
  // The new name gives whoever may use it all rights to the file: they must be there on the old name, too.
  checkPath(task, "link", from, false);
  checkPath(task, "read", from, false);
  checkPath(task, "write", from, false);
  checkPath(task, "link", to, false);
  task.process.vm.vfs.link(task.process.fs, from, to);
  return 0;
};

/** symlink(target, path). */
export const symlink: SyscallHandler = (task, target, created) => {
  const to = path(target);
  const name = path(created);
  checkPath(task, "symlink", name, false);
  task.process.vm.vfs.symlink(task.process.fs, to, name);
  return 0;
};

/** readlink(path) → target. */
export const readlink: SyscallHandler = (task, name) => {
  const file = path(name);
  checkPath(task, "readlink", file, false);
  return task.process.vm.vfs.readlink(task.process.fs, file);
};

/** unlink(path). */
export const unlink: SyscallHandler = (task, name) => {
  const file = path(name);
  checkPath(task, "rm", file, false);
  task.process.vm.vfs.unlink(task.process.fs, file);
  return 0;
};

/** rename(old, new, flags): flags are renameat2(2)'s, none if left out. */
export const rename: SyscallHandler = (task, old, created, flags) => {
  const from = path(old);
  const to = path(created);
  const bits = optionalInt(flags, 0);
  checkRename(task, from, to, bits);
  task.process.vm.vfs.rename(task.process.fs, from, to, bits);
  return 0;
};
