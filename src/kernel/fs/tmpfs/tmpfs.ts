import { S_IFDIR } from "../../../abi/mode.ts";
import type { Clock } from "../../vfs/clock.ts";
import { Dentry } from "../../vfs/dentry.ts";
import { Filesystem, NAME_MAX, type StatFs } from "../../vfs/filesystem.ts";
import type { FsQuota } from "../quota.ts";
import { TmpfsDirectory } from "./directory.ts";

const TMPFS_MAGIC = 0x01021994;
const BLOCK = 4096;

export interface TmpfsOptions {
  quota: FsQuota;
  clock: Clock;
  /** Permissions of the root directory. The default is 0o755. */
  mode?: number;
  /** The default is "tmpfs". */
  type?: string;
}

/** A filesystem in memory, tmpfs(5). Several instances may share one quota. */
export class Tmpfs extends Filesystem {
  override readonly type: string;
  override readonly root: Dentry;
  readonly quota: FsQuota;

  constructor({ quota, clock, mode = 0o755, type = "tmpfs" }: TmpfsOptions) {
    super(clock);
    this.type = type;
    this.quota = quota;
    this.root = new Dentry("", null, new TmpfsDirectory(this, { mode: S_IFDIR | mode, uid: 0, gid: 0, rdev: 0 }));
  }

  override statfs(): StatFs {
    const { maxBytes, freeBytes, maxInodes, usedInodes } = this.quota;
    const free = Math.floor(freeBytes / BLOCK);
    return {
      type: TMPFS_MAGIC,
      bsize: BLOCK,
      blocks: Math.floor(maxBytes / BLOCK),
      bfree: free,
      bavail: free,
      files: maxInodes,
      ffree: maxInodes - usedInodes,
      namelen: NAME_MAX,
    };
  }

  override mountOptions(): string {
    return `size=${Math.floor(this.quota.maxBytes / 1024)}k,nr_inodes=${this.quota.maxInodes}`;
  }
}
