import { O_NONBLOCK, O_RDONLY, O_WRONLY } from "../../../abi/fcntl.ts";
import { S_IFIFO } from "../../../abi/mode.ts";
import type { Credentials } from "../../vfs/credentials.ts";
import { Dentry } from "../../vfs/dentry.ts";
import { Filesystem, NAME_MAX, type StatFs } from "../../vfs/filesystem.ts";
import { Inode } from "../../vfs/inode.ts";
import type { VirtualFilesystem } from "../../vfs/virtual_filesystem.ts";
import { Fifo } from "./fifo.ts";
import { createPipeMemory } from "./pipe.ts";
import type { PipeDescription } from "./pipe_description.ts";

const PIPEFS_MAGIC = 0x50495045;

class PipeInode extends Inode {}

/** The pipes of a VM. The anonymous ones of pipe(2) live here, in a filesystem without a tree; named ones lie in others. */
export class PipeFilesystem extends Filesystem {
  override readonly type = "pipefs";
  override readonly root: Dentry;
  readonly #memory = createPipeMemory();

  /** Makes the fifos of `vfs` pipes, too. */
  constructor(vfs: VirtualFilesystem) {
    super(vfs.clock);
    vfs.numberDevice(this);
    vfs.registerSpecial(S_IFIFO, () => new Fifo(this.#memory));
    this.root = new Dentry("pipe:", null, new PipeInode(this, { mode: S_IFIFO | 0o600, uid: 0, gid: 0, rdev: 0 }));
  }

  /** pipe2(2). @param flags O_NONBLOCK or 0. */
  create(creds: Credentials, flags: number): { reader: PipeDescription; writer: PipeDescription } {
    const attributes = { mode: S_IFIFO | 0o600, uid: creds.euid, gid: creds.egid, rdev: 0 };
    const inode = new PipeInode(this, attributes);
    const dentry = new Dentry(`pipe:[${inode.ino}]`, null, inode);
    const fifo = new Fifo(this.#memory, true);
    const kept = flags & O_NONBLOCK;
    const reader = fifo.open(dentry, O_RDONLY | kept);
    return { reader, writer: fifo.open(dentry, O_WRONLY | kept) };
  }

  override statfs(): StatFs {
    return { type: PIPEFS_MAGIC, bsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0, namelen: NAME_MAX };
  }
}
