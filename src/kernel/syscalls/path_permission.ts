import { RENAME_EXCHANGE } from "../../abi/fcntl.ts";
import { ENOENT, Errno, EXDEV } from "../errno.ts";
import type { Task } from "../process/task.ts";
import type { Dentry } from "../vfs/dentry.ts";
import type { Vm } from "../vm.ts";

/** What a rule of permission scope fs may name. */
export type FsOperation =
  | "read"
  | "write"
  | "create"
  | "stat"
  | "readdir"
  | "mkdir"
  | "rm"
  | "rename"
  | "link"
  | "symlink"
  | "readlink"
  | "chmod"
  | "chown"
  | "utimes"
  | "truncate"
  | "watch"
  | "chdir";

const MAX_SYMLINKS = 40;

/**
 * Throws EACCES if the VM's policy refuses `operation` on `path`. The policy sees the path where the file really lies,
 * with links and ".." resolved: what a syscall right after this check, in the same dispatch, will act on.
 * @param follow whether the operation follows a symbolic link at the end of the path.
 */
export function checkPath(vm: Vm, task: Task, operation: FsOperation, path: string, follow = true, at?: Dentry): void {
  if (vm.permissions.fs.verdict === "allow") return;
  demand(vm, task, operation, realLocation(vm, task, path, follow, at, 0));
}

/** Files below a directory that a rename asks the policy about; with more, it is refused as between filesystems. */
const MAX_MOVED = 2048;

/** As checkPath, for rename(2): a directory takes along all that lies in it, which must be free to leave and arrive. */
export function checkRename(vm: Vm, task: Task, from: string, to: string, flags: number): void {
  const { fs } = task.process;
  if (vm.permissions.fs.verdict === "allow") return;
  const source = realLocation(vm, task, from, false, undefined, 0);
  const target = realLocation(vm, task, to, false, undefined, 0);
  demand(vm, task, "rename", source);
  demand(vm, task, "rename", target);
  for (const path of flags & RENAME_EXCHANGE ? [from, to] : [from]) {
    let moved: Dentry;
    try {
      moved = vm.vfs.resolve(fs, path, false);
    } catch (error) {
      if (error instanceof Errno) return;
      throw error;
    }
    for (const below of descendants(moved)) {
      demand(vm, task, "rename", source + below);
      demand(vm, task, "rename", target + below);
    }
  }
}

const demand = (vm: Vm, task: Task, operation: FsOperation, location: string): void =>
  vm.permissions.demand("fs", operation, location, task.process.pid);

/** Paths of everything below a directory, relative to it: "/a", "/a/b"… EXDEV if there is too much. */
function descendants(top: Dentry): string[] {
  const paths: string[] = [];
  const directories: { dentry: Dentry; path: string }[] = top.inode.isDirectory ? [{ dentry: top, path: "" }] : [];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    const { dentry, path } = directory;
    for (const { name } of dentry.inode.entries(dentry, { position: 0 }, MAX_MOVED + 1 - paths.length)) {
      paths.push(`${path}/${name}`);
      const child = dentry.inode.lookup(dentry, name);
      if (child?.inode.isDirectory) directories.push({ dentry: child, path: `${path}/${name}` });
    }
    if (paths.length > MAX_MOVED) throw EXDEV;
  }
  return paths;
}

/** The absolute path without links of what `path` means: of a file that is there, or would be created. */
function realLocation(
  vm: Vm,
  task: Task,
  path: string,
  follow: boolean,
  at: Dentry | undefined,
  links: number,
): string {
  const { vfs } = vm;
  const { fs } = task.process;
  try {
    return vfs.pathOf(fs, vfs.resolve(fs, path, follow, at));
  } catch (error) {
    if (error !== ENOENT) throw error;
  }
  const trimmed = path.replace(/\/+$/, "");
  const slash = trimmed.lastIndexOf("/");
  const name = trimmed.slice(slash + 1);
  const parent = vfs.resolve(fs, slash < 0 ? "." : trimmed.slice(0, slash + 1), true, at);
  if (follow && links < MAX_SYMLINKS && name !== "" && parent.inode.isDirectory) {
    // A symbolic link that leads nowhere: open(2) would create what it points to.
    const entry = parent.inode.lookup(parent, name);
    if (entry?.inode.isSymlink) return realLocation(vm, task, entry.inode.readlink(), true, parent, links + 1);
  }
  const base = vfs.pathOf(fs, parent);
  return base.endsWith("/") ? base + name : `${base}/${name}`;
}
