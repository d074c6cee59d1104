import { O_NONBLOCK } from "../../../abi/fcntl.ts";
import { IN_ACCESS, IN_MODIFY } from "../../../abi/inotify.ts";
import { FIONREAD } from "../../../abi/ioctl.ts";
import { POLLIN, POLLOUT } from "../../../abi/poll.ts";
import { EBADF, EINVAL, ESPIPE } from "../../errno.ts";
import { PIPE_CAPACITY } from "../../limits/fixed.ts";
import type { Dentry } from "../../vfs/dentry.ts";
import { WouldBlock } from "../../vfs/file_description.ts";
import { InodeDescription } from "../../vfs/inode_description.ts";
import { notify } from "../../vfs/notify.ts";
import type { Pipe } from "./pipe.ts";

/** An end of a pipe or fifo; both ends at once if it was opened O_RDWR. */
export class PipeDescription extends InodeDescription {
  readonly pipe: Pipe;
  /** Whether open(2) waits for a peer at all. */
  readonly #waits: boolean;
  readonly #readersBefore: number;
  readonly #writersBefore: number;

  constructor(dentry: Dentry, flags: number, pipe: Pipe) {
    super(dentry, flags, pipe.queue);
    this.pipe = pipe;
    this.#waits = !pipe.anonymous && (flags & O_NONBLOCK) === 0 && this.readable !== this.writable;
    this.#readersBefore = pipe.readerOpens - (pipe.readers > 0 ? 1 : 0);
    this.#writersBefore = pipe.writerOpens - (pipe.writers > 0 ? 1 : 0);
    if (this.readable) pipe.addReader();
    if (this.writable) pipe.addWriter();
  }

  /** fifo(7): each end waits until the other one was opened, however briefly. */
  override opening(): WouldBlock | null {
    const { pipe } = this;
    if (!this.#waits) return null;
    if (this.readable && !this.#hadWriter) return new WouldBlock(pipe.queue, POLLIN);
    if (this.writable && pipe.readerOpens === this.#readersBefore) return new WouldBlock(pipe.queue, POLLOUT);
    return null;
  }

  get #hadWriter(): boolean {
    return this.pipe.anonymous || this.pipe.writerOpens !== this.#writersBefore;
  }

  override read(dst: Uint8Array, offset: number | null): number | WouldBlock {
    if (!this.readable) throw EBADF;
    if (offset !== null) throw ESPIPE;
    const count = this.pipe.read(dst);
    if (typeof count === "number" && count > 0) {
      this.inode.markAccessed();
      notify(this.dentry, IN_ACCESS);
    }
    return count;
  }

  override write(src: Uint8Array, offset: number | null): number | WouldBlock {
    if (!this.writable) throw EBADF;
    if (offset !== null) throw ESPIPE;
    const count = this.pipe.write(src);
    if (typeof count === "number" && count > 0) {
      this.inode.markModified();
      notify(this.dentry, IN_MODIFY);
    }
    return count;
  }

  override readiness(): number {
    const input = this.readable ? this.pipe.readableEvents(this.#hadWriter) : 0;
    return this.writable ? input | this.pipe.writableEvents() : input;
  }

  override truncate(): void {
    throw EINVAL;
  }

  override ioctl(request: number, arg: unknown): unknown {
    return request === FIONREAD ? this.pipe.length : super.ioctl(request, arg);
  }

  /** fcntl(2) F_GETPIPE_SZ, in bytes. */
  get capacity(): number {
    return PIPE_CAPACITY;
  }

  protected override release(): void {
    if (this.readable) this.pipe.removeReader();
    if (this.writable) this.pipe.removeWriter();
    super.release();
    if (this.inode.opens === 0) this.inode.endpoint = null;
  }
}
