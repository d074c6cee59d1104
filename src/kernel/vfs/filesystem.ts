import type { Clock } from "./clock.ts";
import type { Dentry } from "./dentry.ts";

/** statfs(2). Sizes count blocks of `bsize` bytes. */
export interface StatFs {
  type: number;
  bsize: number;
  blocks: number;
  bfree: number;
  bavail: number;
  files: number;
  ffree: number;
  namelen: number;
}

/** NAME_MAX: the longest name in bytes of UTF-8. */
export const NAME_MAX = 255;

/** A filesystem instance: a tree of inodes with one device number. Mounted at most once. */
export abstract class Filesystem {
  /** The name in /proc/mounts and filesystems(5). */
  abstract readonly type: string;
  abstract readonly root: Dentry;
  readonly clock: Clock;
  /** stat's st_dev: given by the VM's tree, so that it tells nothing of other VMs. */
  dev = 0;
  /** Set by VirtualFilesystem.mount(); null for filesystems that have no place in the tree (pipefs). */
  mount: Mount | null = null;
  #lastIno = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  abstract statfs(): StatFs;

  /** Filesystem-specific mount options for /proc/mounts, such as "size=1024k". */
  mountOptions(): string {
    return "";
  }

  nextIno(): number {
    return ++this.#lastIno;
  }

  get readOnly(): boolean {
    return this.mount?.readOnly === true;
  }
}

/** A filesystem at its place in the tree. */
export interface Mount {
  readonly fs: Filesystem;
  /** The covered directory; null for the root mount. */
  readonly point: Dentry | null;
  /** First column of /proc/mounts. */
  readonly source: string;
  /** Writing operations fail with EROFS. */
  readOnly: boolean;
}
