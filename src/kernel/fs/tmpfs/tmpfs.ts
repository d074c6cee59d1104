import { S_IFDIR } from "../../../abi/mode.ts";
import type { StorageBudgets } from "../../limits/storage.ts";
import type { Clock } from "../../vfs/clock.ts";
import { Dentry } from "../../vfs/dentry.ts";
import { Filesystem, NAME_MAX, type StatFs } from "../../vfs/filesystem.ts";
import { TmpfsDirectory } from "./directory.ts";

const TMPFS_MAGIC = 0x01021994;
const BLOCK = 4096;

export interface TmpfsOptions {
  storage: StorageBudgets;
  clock: Clock;
  /** Permissions of the root directory. The default is 0o755. */
  mode?: number;
  /** The default is "tmpfs". */
  type?: string;
}

/** A filesystem in memory, tmpfs(5). Several instances may share one storage. */
export class Tmpfs extends Filesystem {
  override readonly type: string;
  override readonly root: Dentry;
  readonly storage: StorageBudgets;

  constructor({ storage, clock, mode = 0o755, type = "tmpfs" }: TmpfsOptions) {
    super(clock);
    this.type = type;
    this.storage = storage;
    this.root = new Dentry("", null, new TmpfsDirectory(this, { mode: S_IFDIR | mode, uid: 0, gid: 0, rdev: 0 }));
  }

  override statfs(): StatFs {
    const { bytes, inodes } = this.storage;
    const free = Math.floor(bytes.left / BLOCK);
    return {
      type: TMPFS_MAGIC,
      bsize: BLOCK,
      blocks: Math.floor(bytes.max / BLOCK),
      bfree: free,
      bavail: free,
      files: inodes.max,
      ffree: inodes.max - inodes.used,
      namelen: NAME_MAX,
    };
  }

  override mountOptions(): string {
    return `size=${Math.floor(this.storage.bytes.max / 1024)}k,nr_inodes=${this.storage.inodes.max}`;
  }
}
