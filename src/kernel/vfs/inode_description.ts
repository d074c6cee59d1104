import { O_CLOEXEC, O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC } from "../../abi/fcntl.ts";
import { IN_CLOSE_NOWRITE, IN_CLOSE_WRITE } from "../../abi/inotify.ts";
import { EBADF } from "../errno.ts";
import type { WaitQueue } from "../wait/queue.ts";
import type { FsContext } from "./context.ts";
import { type Dentry, dentryPath } from "./dentry.ts";
import { FileDescription } from "./file_description.ts";
import type { Inode } from "./inode.ts";
import { notify } from "./notify.ts";
import type { Stat } from "./stat.ts";

const CREATION_FLAGS = O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC;

/** An open file that has an inode: everything but epoll, inotify, sockets and their like. */
export abstract class InodeDescription extends FileDescription {
  readonly dentry: Dentry;
  readonly inode: Inode;
  /** The access mode, fixed at open. */
  readonly readable: boolean;
  readonly writable: boolean;
  /** Whose process opened the file, and with which identity it goes on now; null: the kernel. */
  opener: Pick<FsContext, "creds"> | null = null;

  constructor(dentry: Dentry, flags: number, queue?: WaitQueue) {
    super(flags & ~CREATION_FLAGS, queue);
    this.dentry = dentry;
    this.inode = dentry.inode;
    // O_RDONLY, O_WRONLY, O_RDWR are 0, 1, 2; the undocumented 3 allows neither.
    this.readable = ((flags + 1) & 1) !== 0;
    this.writable = ((flags + 1) & 2) !== 0;
    dentry.hold();
  }

  override stat(): Stat {
    return this.inode.stat();
  }
  override statInto(out: Float64Array | BigInt64Array): void {
    this.inode.statInto(out);
  }
  override describe(): string {
    return dentryPath(this.dentry);
  }

  protected override release(): void {
    notify(this.dentry, this.writable ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE);
    this.dentry.release();
  }
}

/** open(2) with O_PATH: a place in the tree, for fstat(2) and as the start of relative paths. */
export class PathDescription extends InodeDescription {
  override read(): number {
    throw EBADF;
  }
  override write(): number {
    throw EBADF;
  }
  override seek(): number {
    throw EBADF;
  }
  override readdir(): never {
    throw EBADF;
  }
  override truncate(): void {
    throw EBADF;
  }
  override ioctl(): never {
    throw EBADF;
  }

  /** inotify(7) hears of neither its opening nor its closing. */
  protected override release(): void {
    this.dentry.release();
  }
}
