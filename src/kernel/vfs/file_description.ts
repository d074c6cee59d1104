import { POLLIN, POLLOUT } from "../../abi/poll.ts";
import { EINVAL, ENOTDIR, ENOTTY, ESPIPE } from "../errno.ts";
import { WaitQueue } from "../wait/queue.ts";
import { type Stat, writeStat } from "./stat.ts";

/** What a blocking operation returns when it cannot go on: the caller waits on `queue` for `events` and tries again. */
export class WouldBlock {
  readonly queue: WaitQueue;
  readonly events: number;
  constructor(queue: WaitQueue, events: number) {
    this.queue = queue;
    this.events = events;
  }
}

export interface DirectoryEntry {
  ino: number;
  /** DT_* of readdir(3): 1 fifo, 2 chr, 4 dir, 6 blk, 8 reg, 10 lnk, 12 sock. */
  type: number;
  name: string;
}

/** Who must hear that a file is closed for good: an epoll instance that watches it. */
export interface ReleaseListener {
  fileReleased(): void;
}

/**
 * An open file description, open(2): what several fds (dup, fork) share. After gVisor's `vfs.FileDescription`.
 * Filesystems, pipes, sockets, epoll and the like subclass it. Reads and writes never block: they return WouldBlock.
 */
export abstract class FileDescription {
  /** Open flags without creation flags; F_SETFL may change O_APPEND and O_NONBLOCK. */
  statusFlags: number;
  #queue: WaitQueue | undefined;
  #releaseListeners: Set<ReleaseListener> | undefined;
  #refs = 1;

  /** @param queue the wait queue of an object that several descriptions share, such as a pipe. */
  constructor(statusFlags: number, queue?: WaitQueue) {
    this.statusFlags = statusFlags;
    this.#queue = queue;
  }

  /** Made on first use: most files are never waited for. */
  get queue(): WaitQueue {
    this.#queue ??= new WaitQueue();
    return this.#queue;
  }

  /** @param offset absolute file offset in bytes (pread), or null to use and advance the description's own offset. */
  read(_dst: Uint8Array, _offset: number | null): number | WouldBlock {
    throw EINVAL;
  }
  /**
   * May write fewer bytes than given (a pipe that is nearly full): a blocking writer calls again for the rest.
   * @param offset absolute file offset in bytes (pwrite), or null to use and advance the description's own offset.
   */
  write(_src: Uint8Array, _offset: number | null): number | WouldBlock {
    throw EINVAL;
  }
  /** lseek(2); returns the new offset in bytes. */
  seek(_offset: number, _whence: number): number {
    throw ESPIPE;
  }
  abstract stat(): Stat;
  /** fstat(2) into an array of STAT_FIELDS elements. */
  statInto(out: Float64Array | BigInt64Array): void {
    writeStat(this.stat(), out);
  }
  /**
   * Reads further directory entries, getdents(2). Returns at most `count`; an empty array at the end. "." and ".."
   * are left out.
   */
  readdir(_count: number): DirectoryEntry[] {
    throw ENOTDIR;
  }
  truncate(_length: number): void {
    throw EINVAL;
  }
  sync(): void {}
  /** What open(2) still has to wait for before the caller gets its fd (a fifo's other end); null if nothing. */
  opening(): WouldBlock | null {
    return null;
  }
  ioctl(_request: number, _arg: unknown): unknown {
    throw ENOTTY;
  }
  /** Ready events now, a mask of POLL* bits. Ordinary files are always ready. */
  readiness(): number {
    return POLLIN | POLLOUT;
  }
  /** What /proc/<pid>/fd/<n> links to: a guest path, or "pipe:[7]". */
  abstract describe(): string;

  incRef(): void {
    this.#refs++;
  }
  /** As incRef(), for what remembers a file without a reference; false if it is closed for good meanwhile. */
  tryIncRef(): boolean {
    if (this.#refs === 0) return false;
    this.#refs++;
    return true;
  }
  decRef(): void {
    if (--this.#refs > 0) return;
    if (this.#releaseListeners !== undefined) {
      for (const listener of this.#releaseListeners) listener.fileReleased();
    }
    this.release();
  }
  addReleaseListener(listener: ReleaseListener): void {
    this.#releaseListeners ??= new Set();
    this.#releaseListeners.add(listener);
  }
  removeReleaseListener(listener: ReleaseListener): void {
    this.#releaseListeners?.delete(listener);
  }
  /** Called once, when the last fd is closed. */
  protected release(): void {}
}
