import { O_NONBLOCK, O_RDONLY, O_WRONLY } from "../../../abi/fcntl.ts";
import { S_IFIFO } from "../../../abi/mode.ts";
import type { Clock } from "../../vfs/clock.ts";
import type { Credentials } from "../../vfs/credentials.ts";
import { Dentry } from "../../vfs/dentry.ts";
import { Filesystem, NAME_MAX, type StatFs } from "../../vfs/filesystem.ts";
import { Inode } from "../../vfs/inode.ts";
import { Pipe, PipeMemory } from "./pipe.ts";
import { PipeDescription } from "./pipe_description.ts";

const PIPEFS_MAGIC = 0x50495045;

class PipeInode extends Inode {}

/** Where the anonymous pipes of pipe(2) live: a filesystem without a tree. */
export class PipeFilesystem extends Filesystem {
  override readonly type = "pipefs";
  override readonly root: Dentry;
  readonly memory: PipeMemory;

  constructor(clock: Clock, memory: PipeMemory = new PipeMemory()) {
    super(clock);
    this.memory = memory;
    this.root = new Dentry("pipe:", null, new PipeInode(this, { mode: S_IFIFO | 0o600, uid: 0, gid: 0, rdev: 0 }));
  }

  /** pipe2(2). @param flags O_NONBLOCK or 0. */
  create(creds: Credentials, flags: number): { reader: PipeDescription; writer: PipeDescription } {
    const attributes = { mode: S_IFIFO | 0o600, uid: creds.euid, gid: creds.egid, rdev: 0 };
    const inode = new PipeInode(this, attributes);
    const dentry = new Dentry(`pipe:[${inode.ino}]`, null, inode);
    const pipe = new Pipe(this.memory);
    inode.fifo = pipe;
    const kept = flags & O_NONBLOCK;
    const reader = new PipeDescription(dentry, O_RDONLY | kept, pipe);
    const writer = new PipeDescription(dentry, O_WRONLY | kept, pipe);
    return { reader, writer };
  }

  override statfs(): StatFs {
    return { type: PIPEFS_MAGIC, bsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0, namelen: NAME_MAX };
  }
}
