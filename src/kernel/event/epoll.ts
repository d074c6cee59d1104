import { S_IFDIR, S_IFMT, S_IFREG } from "../../abi/mode.ts";
import { EPOLLET, EPOLLONESHOT, POLLERR, POLLHUP, POLLIN } from "../../abi/poll.ts";
import { EEXIST, EINVAL, ELOOP, ENOENT, ENOSPC, EPERM } from "../errno.ts";
import { Budget } from "../limits/budget.ts";
import { MAX_USER_WATCHES } from "../limits/fixed.ts";
import type { FileDescription, ReleaseListener } from "../vfs/file_description.ts";
import type { WaitEntry } from "../wait/queue.ts";
import { AnonymousDescription } from "./anonymous_description.ts";

/** How many epoll files may watch each other in a row, as in Linux. */
const MAX_NESTING = 5;

/** How many interests the epoll instances of a VM may have together. */
export const createWatchBudget = (): Budget => new Budget(MAX_USER_WATCHES, ENOSPC);

/** An interest in one file. */
class EpollEntry implements WaitEntry, ReleaseListener {
  readonly epoll: Epoll;
  readonly fd: number;
  readonly file: FileDescription;
  mask = 0;
  data = 0;
  edgeTriggered = false;
  oneShot = false;
  /** False after a one-shot event, until the entry is modified. */
  armed = true;

  constructor(epoll: Epoll, fd: number, file: FileDescription) {
    this.epoll = epoll;
    this.fd = fd;
    this.file = file;
  }

  callback(): void {
    if (this.armed) this.epoll.becameReady(this);
  }

  fileReleased(): void {
    this.epoll.forget(this);
  }
}

/**
 * An epoll(7) instance, after gVisor's `vfs.EpollInstance`. Entries that may be ready are on a list, to which the files'
 * wait queues put them: waiting costs nothing for files that have nothing to tell. Interests are found by fd alone: an fd
 * that is closed and used again while a duplicate keeps the old file open replaces the old interest.
 */
export class Epoll extends AnonymousDescription {
  readonly #entries = new Map<number, EpollEntry>();
  readonly #ready = new Set<EpollEntry>();
  /** Level-triggered entries to go back to the list's end. */
  readonly #again: EpollEntry[] = [];
  /** The instances that watch this one, and under how many fds. */
  readonly #watchers = new Map<Epoll, number>();
  readonly #watches: Budget;

  constructor(watches: Budget) {
    super("[eventpoll]", 0);
    this.#watches = watches;
  }

  /** EPOLL_CTL_ADD. EEXIST; EPERM: a file that is always ready; EINVAL: itself; ELOOP; ENOSPC: too many interests. */
  add(fd: number, file: FileDescription, events: number, data: number): void {
    if (file === this) throw EINVAL;
    const old = this.#entries.get(fd);
    if (old !== undefined) {
      if (old.file === file) throw EEXIST;
      this.forget(old);
    }
    const type = file.stat().mode & S_IFMT;
    if (type === S_IFREG || type === S_IFDIR) throw EPERM;
    if (file instanceof Epoll) this.#checkNesting(file);
    this.#watches.take();
    if (file instanceof Epoll) file.#countWatcher(this, 1);
    const entry = new EpollEntry(this, fd, file);
    this.#entries.set(fd, entry);
    file.addReleaseListener(entry);
    file.queue.register(entry);
    this.#arm(entry, events, data);
  }

  /** EPOLL_CTL_MOD. ENOENT. */
  modify(fd: number, file: FileDescription, events: number, data: number): void {
    this.#arm(this.#find(fd, file), events, data);
  }

  /** EPOLL_CTL_DEL. ENOENT. */
  remove(fd: number, file: FileDescription): void {
    this.forget(this.#find(fd, file));
  }

  forget(entry: EpollEntry): void {
    if (this.#entries.get(entry.fd) !== entry) return;
    this.#entries.delete(entry.fd);
    this.#ready.delete(entry);
    this.#watches.give();
    const { file } = entry;
    if (file instanceof Epoll) file.#countWatcher(this, -1);
    file.queue.unregister(entry);
    file.removeReleaseListener(entry);
  }

  becameReady(entry: EpollEntry): void {
    const had = this.#ready.size > 0;
    this.#ready.add(entry);
    if (!had || entry.edgeTriggered) this.queue.notifyOnce(POLLIN);
  }

  /** Writes [data, events] pairs of ready files to `out`, as many as fit. Returns their number. */
  collect(out: Int32Array): number {
    const max = out.length >>> 1;
    let count = 0;
    for (const entry of this.#ready) {
      if (count === max) break;
      this.#ready.delete(entry);
      const events = entry.file.readiness() & entry.mask;
      if (events === 0) continue;
      out[2 * count] = entry.data;
      out[2 * count + 1] = events;
      count++;
      if (entry.oneShot) entry.armed = false;
      else if (!entry.edgeTriggered) this.#again.push(entry);
    }
    for (const entry of this.#again) this.#ready.add(entry);
    this.#again.length = 0;
    return count;
  }

  override readiness(): number {
    for (const entry of this.#ready) {
      if (entry.file.readiness() & entry.mask) return POLLIN;
      // Off the list, so that its next event is told to whoever waits for this instance.
      this.#ready.delete(entry);
    }
    return 0;
  }

  #arm(entry: EpollEntry, events: number, data: number): void {
    entry.mask = (events & ~(EPOLLET | EPOLLONESHOT)) | POLLERR | POLLHUP;
    entry.edgeTriggered = (events & EPOLLET) !== 0;
    entry.oneShot = (events & EPOLLONESHOT) !== 0;
    entry.armed = true;
    entry.data = data;
    if (entry.file.readiness() & entry.mask) this.becameReady(entry);
    else this.#ready.delete(entry);
  }

  #find(fd: number, file: FileDescription): EpollEntry {
    const entry = this.#entries.get(fd);
    if (entry === undefined || entry.file !== file) throw ENOENT;
    return entry;
  }

  #countWatcher(watcher: Epoll, change: number): void {
    const count = (this.#watchers.get(watcher) ?? 0) + change;
    if (count === 0) this.#watchers.delete(watcher);
    else this.#watchers.set(watcher, count);
  }

  /** ELOOP if watching `target` made a circle, which would never end, or a row that is too long. */
  #checkNesting(target: Epoll): void {
    const below = new Map<Epoll, number>();
    const inRow = this.#rowAbove(new Map()) + target.#rowBelow(below);
    if (inRow > MAX_NESTING || below.has(this)) throw ELOOP;
  }

  /** How many instances watch each other in a row from this one on downwards. `known` has the results. */
  #rowBelow(known: Map<Epoll, number>): number {
    let row = known.get(this);
    if (row !== undefined) return row;
    row = 1;
    for (const { file } of this.#entries.values()) {
      if (file instanceof Epoll) row = Math.max(row, 1 + file.#rowBelow(known));
    }
    known.set(this, row);
    return row;
  }

  #rowAbove(known: Map<Epoll, number>): number {
    let row = known.get(this);
    if (row !== undefined) return row;
    row = 1;
    for (const watcher of this.#watchers.keys()) row = Math.max(row, 1 + watcher.#rowAbove(known));
    known.set(this, row);
    return row;
  }

  protected override release(): void {
    for (const entry of [...this.#entries.values()]) this.forget(entry);
  }
}
