import { IN_DELETE_SELF } from "../../abi/inotify.ts";
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../../abi/mode.ts";
import { EINVAL, ENOTDIR, ENXIO, EPERM } from "../errno.ts";
import type { Dentry } from "./dentry.ts";
import type { DirectoryEntry, FileDescription } from "./file_description.ts";
import type { Filesystem } from "./filesystem.ts";
import { type Stat, writeStat } from "./stat.ts";
import { deliver, type Watch } from "./watch.ts";

/** What a new inode is and whose: already checked and masked by VirtualFilesystem. */
export interface NewInode {
  /** Type and permission bits. */
  mode: number;
  uid: number;
  gid: number;
  /** Device number of a character or block device. */
  rdev: number;
}

/** What lies behind a special file, and is opened in its place: a fifo's pipe, a device's driver, a socket. */
export interface Endpoint {
  /** open(2): permission is dealt with already. `dentry` is the special file's. */
  open(dentry: Dentry, flags: number): FileDescription;
}

const NS = 1_000_000_000n;
const DAY = 86_400;

/**
 * A file of any type: its attributes, and the operations that its filesystem implements. VirtualFilesystem checks
 * names, permissions, read-only mounts and the existence of entries before it calls; an inode only does the work.
 */
export abstract class Inode {
  readonly fs: Filesystem;
  readonly ino: number;
  /** Type and permission bits, inode(7). */
  mode: number;
  uid: number;
  gid: number;
  nlink = 1;
  readonly rdev: number;
  atimeSec: number;
  atimeNsec: number;
  mtimeSec: number;
  mtimeNsec: number;
  ctimeSec: number;
  ctimeNsec: number;
  birthtimeSec: number;
  birthtimeNsec: number;
  /** null while nobody watches, which keeps the check on hot paths to one load. */
  watches: Set<Watch> | null = null;
  /** How many open files and working directories need this inode: counted by Dentry. */
  opens = 0;
  /** What is opened in the place of a special file, once somebody has; null before, and when nobody has it any more. */
  endpoint: Endpoint | null = null;
  #evicted = false;

  constructor(fs: Filesystem, attributes: NewInode, ino: number = fs.nextIno()) {
    this.fs = fs;
    this.ino = ino;
    this.mode = attributes.mode;
    this.uid = attributes.uid;
    this.gid = attributes.gid;
    this.rdev = attributes.rdev;
    const clock = fs.clock;
    clock.tick();
    this.atimeSec = this.mtimeSec = this.ctimeSec = this.birthtimeSec = clock.sec;
    this.atimeNsec = this.mtimeNsec = this.ctimeNsec = this.birthtimeNsec = clock.nsec;
  }

  get isDirectory(): boolean {
    return (this.mode & S_IFMT) === S_IFDIR;
  }
  get isSymlink(): boolean {
    return (this.mode & S_IFMT) === S_IFLNK;
  }
  get isRegular(): boolean {
    return (this.mode & S_IFMT) === S_IFREG;
  }

  /** Size in bytes. */
  get size(): number {
    return 0;
  }
  /** Allocated 512-byte units. */
  get blocks(): number {
    return 0;
  }
  get blksize(): number {
    return 4096;
  }

  /** Whether open() is right for files of any type; usually special files are opened by their endpoints. */
  get opensItself(): boolean {
    return false;
  }
  /** Opens a regular file or directory; `flags` are open(2)'s. Permission and truncation are dealt with already. */
  open(_dentry: Dentry, _flags: number): FileDescription {
    throw ENXIO;
  }

  // Directories. `dir` is this directory's own dentry.

  /** The entry `name`, undefined if there is none. */
  lookup(_dir: Dentry, _name: string): Dentry | undefined {
    throw ENOTDIR;
  }
  /**
   * At most `count` entries behind `cursor.position` (0: from the start), without "." and "..", in the order of their
   * positions; moves the cursor behind the last one.
   */
  entries(_dir: Dentry, _cursor: { position: number }, _count: number): DirectoryEntry[] {
    throw ENOTDIR;
  }
  /** Whether a directory holds nothing but "." and "..". */
  get isEmpty(): boolean {
    throw ENOTDIR;
  }
  /** Makes a file, directory, fifo, socket or device and its entry. */
  create(_dir: Dentry, _name: string, _attributes: NewInode): Dentry {
    throw EPERM;
  }
  /** Makes a regular file without a name, for O_TMPFILE; its dentry is not an entry of any directory. */
  createUnnamed(_dir: Dentry, _attributes: NewInode): Dentry {
    throw EPERM;
  }
  symlink(_dir: Dentry, _name: string, _target: string, _attributes: NewInode): Dentry {
    throw EPERM;
  }
  link(_dir: Dentry, _name: string, _inode: Inode): Dentry {
    throw EPERM;
  }
  /** Removes the entry `child`, an empty directory or any other file. */
  remove(_dir: Dentry, _child: Dentry): void {
    throw EPERM;
  }
  /**
   * Moves `child` of this directory to `name` in `newDir` (of the same filesystem), over `replaced` if there is one.
   */
  rename(_dir: Dentry, _child: Dentry, _newDir: Dentry, _name: string, _replaced: Dentry | undefined): void {
    throw EPERM;
  }
  /** Swaps two entries: renameat2(2) RENAME_EXCHANGE. */
  exchange(_dir: Dentry, _child: Dentry, _otherDir: Dentry, _other: Dentry): void {
    throw EINVAL;
  }

  // Symbolic links.

  /** The target as text. */
  readlink(): string {
    throw EINVAL;
  }
  /**
   * A "magic" link such as /proc/<pid>/fd/<n>: the dentry it jumps to without looking at the text; null if ordinary.
   */
  jump(): Dentry | null {
    return null;
  }

  // Regular files.

  /** @param length bytes, 0 or more. */
  truncate(_length: number): void {
    throw EINVAL;
  }

  // Attributes. A filesystem with a store below it overrides these.

  setPermissions(permissions: number): void {
    this.mode = (this.mode & S_IFMT) | permissions;
    this.markChanged();
  }
  setOwner(uid: number, gid: number): void {
    this.uid = uid;
    this.gid = gid;
    this.markChanged();
  }
  setTimes(atimeSec: number, atimeNsec: number, mtimeSec: number, mtimeNsec: number): void {
    this.atimeSec = atimeSec;
    this.atimeNsec = atimeNsec;
    this.mtimeSec = mtimeSec;
    this.mtimeNsec = mtimeNsec;
    this.markChanged();
  }

  /** Content changed: mtime and ctime are now. */
  markModified(): void {
    const clock = this.fs.clock;
    clock.tick();
    this.mtimeSec = this.ctimeSec = clock.sec;
    this.mtimeNsec = this.ctimeNsec = clock.nsec;
  }
  /** Attributes changed: ctime is now. */
  markChanged(): void {
    const clock = this.fs.clock;
    clock.tick();
    this.ctimeSec = clock.sec;
    this.ctimeNsec = clock.nsec;
  }
  /** Content was read: atime is now, under mount(8)'s `relatime` rule. */
  markAccessed(): void {
    const { clock } = this.fs;
    const stale =
      this.atimeSec < this.mtimeSec ||
      (this.atimeSec === this.mtimeSec && this.atimeNsec <= this.mtimeNsec) ||
      this.atimeSec < this.ctimeSec ||
      (this.atimeSec === this.ctimeSec && this.atimeNsec <= this.ctimeNsec) ||
      clock.sec - this.atimeSec >= DAY;
    if (!stale || this.fs.readOnly) return;
    clock.tick();
    this.atimeSec = clock.sec;
    this.atimeNsec = clock.nsec;
  }

  /** Gives the storage back once the last name and the last open file are gone. */
  evictIfUnused(): void {
    if (this.nlink > 0 || this.opens > 0 || this.#evicted) return;
    this.#evicted = true;
    if (this.watches !== null) {
      deliver(this.watches, IN_DELETE_SELF, 0, "", false);
      for (const watch of [...(this.watches ?? [])]) watch.gone();
    }
    this.evict();
  }
  protected evict(): void {}

  stat(): Stat {
    return {
      dev: this.fs.dev,
      ino: this.ino,
      mode: this.mode,
      nlink: this.nlink,
      uid: this.uid,
      gid: this.gid,
      rdev: this.rdev,
      size: this.size,
      blksize: this.blksize,
      blocks: this.blocks,
      atimeNs: BigInt(this.atimeSec) * NS + BigInt(this.atimeNsec),
      mtimeNs: BigInt(this.mtimeSec) * NS + BigInt(this.mtimeNsec),
      ctimeNs: BigInt(this.ctimeSec) * NS + BigInt(this.ctimeNsec),
      birthtimeNs: BigInt(this.birthtimeSec) * NS + BigInt(this.birthtimeNsec),
    };
  }

  /** stat() into an array laid out as STAT says, without an allocation for a Float64Array. */
  statInto(out: Float64Array | BigInt64Array): void {
    if (!(out instanceof Float64Array)) {
      writeStat(this.stat(), out);
      return;
    }
    out[0] = this.fs.dev;
    out[1] = this.mode;
    out[2] = this.nlink;
    out[3] = this.uid;
    out[4] = this.gid;
    out[5] = this.rdev;
    out[6] = this.blksize;
    out[7] = this.ino;
    out[8] = this.size;
    out[9] = this.blocks;
    out[10] = this.atimeSec;
    out[11] = this.atimeNsec;
    out[12] = this.mtimeSec;
    out[13] = this.mtimeNsec;
    out[14] = this.ctimeSec;
    out[15] = this.ctimeNsec;
    out[16] = this.birthtimeSec;
    out[17] = this.birthtimeNsec;
  }
}
