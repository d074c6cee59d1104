import {
  IN_ALL_EVENTS,
  IN_EXCL_UNLINK,
  IN_IGNORED,
  IN_MASK_ADD,
  IN_MASK_CREATE,
  IN_ONESHOT,
  IN_Q_OVERFLOW,
  IN_UNMOUNT,
} from "../../abi/inotify.ts";
import { FIONREAD } from "../../abi/ioctl.ts";
import { POLLIN } from "../../abi/poll.ts";
import { EEXIST, EINVAL, EMFILE, ENOSPC } from "../errno.ts";
import { Budget } from "../limits/budget.ts";
import { MAX_INOTIFY_INSTANCES, MAX_INOTIFY_WATCHES, MAX_QUEUED_EVENTS } from "../limits/fixed.ts";
import { FileDescription, WouldBlock } from "./file_description.ts";
import type { Inode } from "./inode.ts";
import { nameLength } from "./name.ts";
import { ANONYMOUS_STAT, type Stat } from "./stat.ts";
import type { Watch } from "./watch.ts";

const KEPT_FLAGS = (IN_EXCL_UNLINK | IN_ONESHOT) >>> 0;
const ALWAYS_REPORTED = IN_IGNORED | IN_Q_OVERFLOW | IN_UNMOUNT;

/** For all instances of a VM: beyond, their queues overflow. */
const MAX_TOTAL_EVENTS = 4 * MAX_QUEUED_EVENTS;

/** What the inotify instances of a VM use together. */
export class InotifyBudgets {
  readonly instances = new Budget(MAX_INOTIFY_INSTANCES, EMFILE);
  readonly watches = new Budget(MAX_INOTIFY_WATCHES, ENOSPC);
  /** Queued ones. Nobody is refused one more: the queue overflows. */
  readonly events = new Budget(MAX_TOTAL_EVENTS, ENOSPC);
}

/** sizeof(struct inotify_event) without the name. */
const HEADER_BYTES = 16;

export interface InotifyEvent {
  /** Watch descriptor; -1 for IN_Q_OVERFLOW. */
  wd: number;
  mask: number;
  /** Pairs IN_MOVED_FROM with IN_MOVED_TO; 0 otherwise. */
  cookie: number;
  /** The entry of the watched directory, "" for the watched file itself. */
  name: string;
}

class InotifyWatch implements Watch {
  readonly owner: Inotify;
  readonly inode: Inode;
  readonly wd: number;
  mask: number;

  constructor(owner: Inotify, inode: Inode, wd: number, mask: number) {
    this.owner = owner;
    this.inode = inode;
    this.wd = wd;
    this.mask = mask;
  }

  deliver(event: number, cookie: number, name: string, unlinked: boolean): void {
    if ((event & (this.mask | ALWAYS_REPORTED)) === 0) return;
    if (unlinked && (this.mask & IN_EXCL_UNLINK) !== 0) return;
    this.owner.enqueue({ wd: this.wd, mask: event, cookie, name });
    if ((this.mask & IN_ONESHOT) !== 0) this.gone();
  }

  gone(): void {
    this.owner.end(this);
  }
}

/** An inotify(7) instance: an open file description whose content is events. */
export class Inotify extends FileDescription {
  readonly #watches = new Map<number, InotifyWatch>();
  readonly #byInode = new Map<Inode, InotifyWatch>();
  #events: InotifyEvent[] = [];
  #overflowed = false;
  #lastWd = 0;
  readonly #budgets: InotifyBudgets;

  /** EMFILE: too many instances. */
  constructor(statusFlags: number, budgets: InotifyBudgets) {
    super(statusFlags);
    budgets.instances.take();
    this.#budgets = budgets;
  }

  /**
   * inotify_add_watch(2) on a resolved inode; returns the watch descriptor. Errors: EINVAL (no event in the mask),
   * EEXIST (IN_MASK_CREATE), ENOSPC (too many watches). IN_ONLYDIR and IN_DONT_FOLLOW belong to the walk and are
   * ignored here.
   */
  addWatch(inode: Inode, mask: number): number {
    if ((mask & IN_ALL_EVENTS) === 0) throw EINVAL;
    if ((mask & IN_MASK_ADD) !== 0 && (mask & IN_MASK_CREATE) !== 0) throw EINVAL;
    const kept = (mask & (IN_ALL_EVENTS | KEPT_FLAGS)) >>> 0;
    const existing = this.#byInode.get(inode);
    if (existing !== undefined) {
      if ((mask & IN_MASK_CREATE) !== 0) throw EEXIST;
      existing.mask = (mask & IN_MASK_ADD) !== 0 ? (existing.mask | kept) >>> 0 : kept;
      return existing.wd;
    }
    this.#budgets.watches.take();
    const watch = new InotifyWatch(this, inode, ++this.#lastWd, kept);
    this.#watches.set(watch.wd, watch);
    this.#byInode.set(inode, watch);
    inode.watches ??= new Set();
    inode.watches.add(watch);
    return watch.wd;
  }

  /** inotify_rm_watch(2). EINVAL: no such watch. */
  removeWatch(wd: number): void {
    const watch = this.#watches.get(wd);
    if (watch === undefined) throw EINVAL;
    this.end(watch);
  }

  /** Takes a watch away and queues IN_IGNORED for it. */
  end(watch: InotifyWatch): void {
    if (!this.#detach(watch)) return;
    this.enqueue({ wd: watch.wd, mask: IN_IGNORED, cookie: 0, name: "" });
  }

  #detach(watch: InotifyWatch): boolean {
    if (!this.#watches.delete(watch.wd)) return false;
    this.#budgets.watches.give();
    this.#byInode.delete(watch.inode);
    const { inode } = watch;
    inode.watches?.delete(watch);
    if (inode.watches?.size === 0) inode.watches = null;
    return true;
  }

  enqueue(event: InotifyEvent): void {
    if (this.#overflowed || isEqual(this.#events.at(-1), event)) return;
    if (this.#events.length >= MAX_QUEUED_EVENTS || this.#budgets.events.left === 0) {
      this.#overflowed = true;
      this.#events.push({ wd: -1, mask: IN_Q_OVERFLOW, cookie: 0, name: "" });
    } else {
      this.#events.push(event);
    }
    this.#budgets.events.overdraw();
    this.queue.notify(POLLIN);
  }

  /** All queued events, at most `count`: what a read() with an endless buffer would give, without the encoding. */
  take(count: number = Number.POSITIVE_INFINITY): InotifyEvent[] | WouldBlock {
    if (this.#events.length === 0) return new WouldBlock(this.queue, POLLIN);
    const taken = this.#events.splice(0, count);
    this.#budgets.events.give(taken.length);
    if (this.#events.length === 0) this.#overflowed = false;
    return taken;
  }

  /** Whole struct inotify_event records; EINVAL if `dst` has no room for the first one. */
  override read(dst: Uint8Array): number | WouldBlock {
    if (this.#events.length === 0) return new WouldBlock(this.queue, POLLIN);
    const view = new DataView(dst.buffer, dst.byteOffset, dst.byteLength);
    let used = 0;
    let count = 0;
    for (const event of this.#events) {
      const length = nameBytes(event.name);
      if (used + HEADER_BYTES + length > dst.length) break;
      view.setInt32(used, event.wd, true);
      view.setUint32(used + 4, event.mask, true);
      view.setUint32(used + 8, event.cookie, true);
      view.setUint32(used + 12, length, true);
      dst.fill(0, used + HEADER_BYTES, used + HEADER_BYTES + length);
      encoder.encodeInto(event.name, dst.subarray(used + HEADER_BYTES, used + HEADER_BYTES + length));
      used += HEADER_BYTES + length;
      count++;
    }
    if (count === 0) throw EINVAL;
    this.take(count);
    return used;
  }

  override ioctl(request: number, arg: unknown): unknown {
    if (request !== FIONREAD) return super.ioctl(request, arg);
    return this.#events.reduce((sum, event) => sum + HEADER_BYTES + nameBytes(event.name), 0);
  }

  override readiness(): number {
    return this.#events.length > 0 ? POLLIN : 0;
  }

  override stat(): Stat {
    return { ...ANONYMOUS_STAT };
  }

  override describe(): string {
    return "anon_inode:inotify";
  }

  protected override release(): void {
    for (const watch of this.#watches.values()) this.#detach(watch);
    this.#budgets.events.give(this.#events.length);
    this.#events = [];
    this.#budgets.instances.give();
  }
}

const isEqual = (a: InotifyEvent | undefined, b: InotifyEvent): boolean =>
  a !== undefined && a.wd === b.wd && a.mask === b.mask && a.cookie === b.cookie && a.name === b.name;

const encoder = new TextEncoder();

/** A name is followed by NULs up to a multiple of the header's size; no name takes no space. */
function nameBytes(name: string): number {
  if (name === "") return 0;
  return Math.ceil((nameLength(name) + 1) / HEADER_BYTES) * HEADER_BYTES;
}
