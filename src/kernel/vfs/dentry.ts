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
  #deleted = false;
  /** Open files and working directories that refer to this dentry, and held ones below it whose names are gone. */
  #holds = 0;
  /** The mount that covers this directory. */
  mounted: Mount | null = null;
  /** The entry's place in its directory: what readdir positions count. Belongs to the filesystem. */
  position = 0;

  constructor(name: string, parent: Dentry | null, inode: Inode) {
    this.name = name;
    this.parent = parent;
    this.inode = inode;
  }

  /** The name was removed; open files and working directories may still refer to it. */
  get deleted(): boolean {
    return this.#deleted;
  }

  /** The name is removed. Who still holds the dentry finds its parent by "..": that one stays in memory as long. */
  remove(): void {
    this.#deleted = true;
    if (this.#holds > 0) this.parent?.hold();
  }

  /** For what refers to the file beside its name: keeps the inode. */
  hold(): void {
    for (let dentry: Dentry | null = this; dentry !== null; ) {
      dentry.inode.opens++;
      dentry = dentry.#holds++ === 0 && dentry.#deleted ? dentry.parent : null;
    }
  }

  /** Ends a hold(): what is in no further use gives its storage back, also above. */
  release(): void {
    for (let dentry: Dentry | null = this; dentry !== null; ) {
      dentry.inode.opens--;
      dentry.inode.evictIfUnused();
      dentry = --dentry.#holds === 0 && dentry.#deleted ? dentry.parent : null;
    }
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
