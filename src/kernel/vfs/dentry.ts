import { ENAMETOOLONG } from "../errno.ts";
import type { Mount } from "./filesystem.ts";
import type { Inode } from "./inode.ts";

/** The longest path in bytes, without its terminating NUL. */
export const PATH_MAX = 4095;

/**
 * A name in a directory: a node of the tree that paths walk. There are no bind mounts and a filesystem is mounted once,
 * so a dentry lies in exactly one mount (`inode.fs.mount`) and stands for gVisor's `VirtualDentry` too.
 */
export class Dentry {
  /** "" for a filesystem's root; the whole text ("pipe:[7]") for an object without a place in the tree. */
  name: string;
  /** null for a filesystem's root and for objects without a place in the tree. */
  parent: Dentry | null;
  readonly inode: Inode;
  /** The name was removed; open files and working directories may still refer to it. */
  deleted = false;
  /** The mount that covers this directory. */
  mounted: Mount | null = null;
  /** The entry's place in its directory: what readdir positions count. Belongs to the filesystem. */
  position = 0;

  constructor(name: string, parent: Dentry | null, inode: Inode) {
    this.name = name;
    this.parent = parent;
    this.inode = inode;
  }
}

/**
 * From the root of a mounted filesystem to the directory that it covers (again, if that is a root too); any other
 * dentry stays. Never goes above `root`.
 */
export function mountPoint(dentry: Dentry, root: Dentry | null): Dentry {
  let current = dentry;
  while (current.parent === null && current !== root) {
    const mount = current.inode.fs.mount;
    if (mount === null || mount.point === null || mount.fs.root !== current) break;
    current = mount.point;
  }
  return current;
}

/** True if `ancestor` is `dentry` or one of the directories above it in the same filesystem. */
export function isWithin(dentry: Dentry, ancestor: Dentry): boolean {
  for (let current: Dentry | null = dentry; current !== null; current = current.parent) {
    if (current === ancestor) return true;
  }
  return false;
}

/**
 * The absolute path of a dentry as seen from `root` (null: from the real root), as the kernel's d_path() gives it:
 * " (deleted)" follows a removed name. ENAMETOOLONG over PATH_MAX.
 */
export function dentryPath(dentry: Dentry, root: Dentry | null = null): string {
  let path = "";
  let current = dentry;
  for (;;) {
    current = mountPoint(current, root);
    if (current === root) break;
    if (current.parent === null) {
      if (current.name !== "") return current.name;
      break;
    }
    path = `/${current.name}${path}`;
    if (path.length > PATH_MAX) throw ENAMETOOLONG;
    current = current.parent;
  }
  if (path === "") path = "/";
  return dentry.deleted ? `${path} (deleted)` : path;
}
