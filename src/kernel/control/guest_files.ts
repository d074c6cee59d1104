import { O_CREAT, O_DIRECTORY, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } from "../../abi/fcntl.ts";
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFSOCK } from "../../abi/mode.ts";
import { EAGAIN, EEXIST, EFBIG, EISDIR, ENOENT, ENOTDIR, Errno } from "../errno.ts";
import type { FsContext } from "../vfs/context.ts";
import type { Dentry } from "../vfs/dentry.ts";
import { type DirectoryEntry, type FileDescription, WouldBlock } from "../vfs/file_description.ts";
import type { Vm } from "../vm.ts";

/** How much is read of a file that does not tell its size: a guest may have put a link to /dev/zero there. */
const MAX_UNSIZED_BYTES = 4 * 1024 * 1024;
const READ_CHUNK = 64 * 1024;
/** Bytes that are read or written at a time. */
const PIECE = 1024 * 1024;
const READDIR_BATCH = 256;

/** stat(2), as the host is told it. */
export interface FileStatus {
  readonly type: "file" | "directory" | "symlink" | "fifo" | "socket" | "character device" | "block device";
  /** Bytes. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly ino: number;
  readonly nlink: number;
  /** Milliseconds since the epoch, with fractions. */
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;
}

const TYPES: Record<number, FileStatus["type"]> = {
  [S_IFDIR]: "directory",
  [S_IFLNK]: "symlink",
  [S_IFIFO]: "fifo",
  [S_IFSOCK]: "socket",
  [S_IFCHR]: "character device",
  [S_IFBLK]: "block device",
};

/**
 * What the host does to the files of guests. It may do anything, as root; what they make belongs to the VM's user, so that
 * its programs can work with it. Errors are the kernel's Errno constants.
 */
export class GuestFiles {
  readonly #vm: Vm;
  readonly #context: FsContext;

  constructor(vm: Vm) {
    this.#vm = vm;
    this.#context = vm.vfs.rootContext();
  }

  readFile(path: string): Uint8Array {
    const file = this.#open(path, O_RDONLY | O_NONBLOCK);
    try {
      // One of holes alone may be larger than all that the VM may hold.
      if (file.stat().size > this.#vm.limits.fsBytes) throw EFBIG;
      return readAll(file);
    } finally {
      file.decRef();
    }
  }

  writeFile(path: string, data: Uint8Array): void {
    const isNew = !this.exists(path);
    const file = this.#open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK);
    try {
      if (isNew) this.#giveToUser(path);
      writeAll(file, data);
    } finally {
      file.decRef();
    }
  }

  mkdir(path: string): void {
    this.#vm.vfs.mkdir(this.#context, path, 0o777);
    this.#giveToUser(path);
  }

  /** mkdir -p. */
  makeDirectories(path: string): void {
    const kind = this.#type(path);
    if (kind === S_IFDIR) return;
    if (kind !== undefined) throw EEXIST;
    this.makeDirectories(parentOf(path));
    // A path that ends in ".." is there by now.
    if (this.#type(path) !== S_IFDIR) this.mkdir(path);
  }

  /** The names in a directory, without "." and "..". */
  readdir(path: string): string[] {
    const directory = this.#open(path, O_RDONLY | O_DIRECTORY);
    try {
      return directory.readdir(Infinity).map(({ name }) => name);
    } finally {
      directory.decRef();
    }
  }

  stat(path: string): FileStatus {
    const stat = this.#vm.vfs.stat(this.#context, path);
    const { mode, size, uid, gid, ino, nlink } = stat;
    return {
      ...{ type: TYPES[mode & S_IFMT] ?? "file", size, mode, uid, gid, ino, nlink },
      atimeMs: Number(stat.atimeNs) / 1e6,
      mtimeMs: Number(stat.mtimeNs) / 1e6,
      ctimeMs: Number(stat.ctimeNs) / 1e6,
      birthtimeMs: Number(stat.birthtimeNs) / 1e6,
    };
  }

  /** As node:fs's rm: a directory needs `recursive`; `force` ignores what is not there. */
  rm(path: string, recursive: boolean, force: boolean): void {
    const { vfs } = this.#vm;
    const type = this.#type(path, false);
    if (type === undefined) {
      if (force) return;
      throw ENOENT;
    }
    if (type !== S_IFDIR) {
      vfs.unlink(this.#context, path);
      return;
    }
    if (!recursive) throw EISDIR;
    this.#empty(vfs.resolve(this.#context, path));
    vfs.rmdir(this.#context, path);
  }

  /** Removes all that is in a directory. A guest's directories may lie deeper than a path, or a stack, reaches. */
  #empty(top: Dentry): void {
    const levels = [new Level(top)];
    while (levels.length > 0) {
      const level = levels.at(-1)!;
      const name = level.next();
      if (name === undefined) {
        levels.pop();
        const above = levels.at(-1);
        if (above !== undefined) this.#vm.vfs.rmdir(this.#context, level.dentry.name, above.dentry);
      } else {
        const below = this.#removeOrEnter(level.dentry, name);
        if (below !== undefined) levels.push(new Level(below));
      }
    }
  }

  /** Removes the entry `name` of a directory, unless it is one itself: returns that. */
  #removeOrEnter(directory: Dentry, name: string): Dentry | undefined {
    const { vfs } = this.#vm;
    try {
      const entry = vfs.resolve(this.#context, name, false, directory);
      if (entry.inode.isDirectory) return entry;
      vfs.unlink(this.#context, name, directory);
    } catch (error) {
      // A program of the VM was faster.
      if (error !== ENOENT) throw error;
    }
    return undefined;
  }

  /** As node:fs's exists(): no error is told. */
  exists(path: string): boolean {
    try {
      return this.#type(path) !== undefined;
    } catch (error) {
      if (error instanceof Errno) return false;
      throw error;
    }
  }

  rename(from: string, to: string): void {
    this.#vm.vfs.rename(this.#context, from, to);
  }

  /** The S_IFMT bits of what is at `path`, undefined if nothing is. */
  #type(path: string, follow = true): number | undefined {
    try {
      return this.#vm.vfs.stat(this.#context, path, follow).mode & S_IFMT;
    } catch (error) {
      if (error === ENOENT || error === ENOTDIR) return undefined;
      throw error;
    }
  }

  #giveToUser(path: string): void {
    this.#vm.vfs.chown(this.#context, path, this.#vm.uid, this.#vm.gid);
  }

  #open(path: string, flags: number): FileDescription {
    return this.#vm.vfs.open(this.#context, path, flags, 0o666);
  }
}

/** A directory whose entries are gone through, some at a time. */
class Level {
  readonly dentry: Dentry;
  readonly #cursor = { position: 0 };
  #entries: DirectoryEntry[] = [];
  #at = 0;

  constructor(dentry: Dentry) {
    this.dentry = dentry;
  }

  /** The next name; undefined at the end. */
  next(): string | undefined {
    if (this.#at === this.#entries.length) {
      this.#entries = this.dentry.inode.entries(this.dentry, this.#cursor, READDIR_BATCH);
      this.#at = 0;
    }
    return this.#entries[this.#at++]?.name;
  }
}

const parentOf = (path: string): string => path.replace(/\/+[^/]+\/*$/, "") || "/";

function readAll(file: FileDescription): Uint8Array {
  // One byte more than it says tells whether that was all; files of procfs say 0.
  const { size } = file.stat();
  let bytes = new Uint8Array(Math.max(size + 1, READ_CHUNK));
  let length = 0;
  for (;;) {
    const count = file.read(bytes.subarray(length, length + PIECE), null);
    if (count instanceof WouldBlock) throw EAGAIN;
    if (count === 0) return bytes.subarray(0, length);
    length += count;
    if (length < bytes.byteLength) continue;
    if (length > Math.max(size, MAX_UNSIZED_BYTES)) throw EFBIG;
    const larger = new Uint8Array(length * 2);
    larger.set(bytes);
    bytes = larger;
  }
}

function writeAll(file: FileDescription, data: Uint8Array): void {
  for (let rest = data; rest.byteLength > 0; ) {
    const count = file.write(rest.subarray(0, PIECE), null);
    if (count instanceof WouldBlock) throw EAGAIN;
    rest = rest.subarray(count);
  }
}
