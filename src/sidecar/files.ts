import { EAGAIN, EEXIST, EFBIG, EISDIR, ENOENT, ENOTDIR, type Errno } from "../kernel/errno.ts";
import type { FsContext } from "../kernel/vfs/context.ts";
import { type FileDescription, WouldBlock } from "../kernel/vfs/file_description.ts";
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFSOCK } from "../kernel/vfs/mode.ts";
import { O_CREAT, O_DIRECTORY, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } from "../kernel/vfs/open_flags.ts";
import type { Vm } from "../kernel/vm.ts";
import type { WireStat } from "../protocol/api.ts";

/** How much is read of a file that does not tell its size: a guest may have put a link to /dev/zero there. */
const MAX_UNSIZED_BYTES = 64 * 1024 * 1024;
const READ_CHUNK = 64 * 1024;
const READDIR_BATCH = 256;

const TYPES: Record<number, WireStat["type"]> = {
  [S_IFDIR]: "directory",
  [S_IFLNK]: "symlink",
  [S_IFIFO]: "fifo",
  [S_IFSOCK]: "socket",
  [S_IFCHR]: "character device",
  [S_IFBLK]: "block device",
};

/**
 * The host's file operations in a VM. They may do anything, as root; what they make belongs to the VM's user, so that
 * its programs can work with it. They throw the kernel's Errno constants.
 */
export class HostFiles {
  readonly #vm: Vm;
  readonly #context: FsContext;

  constructor(vm: Vm) {
    this.#vm = vm;
    this.#context = vm.vfs.rootContext();
  }

  readFile(path: string): Uint8Array {
    return this.#withFile(path, O_RDONLY | O_NONBLOCK, readAll);
  }

  writeFile(path: string, data: Uint8Array): void {
    const isNew = !this.exists(path);
    this.#withFile(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, (file) => writeAll(file, data));
    if (isNew) this.#giveToUser(path);
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
    this.mkdir(path);
  }

  /** The names in a directory, without "." and "..". */
  readdir(path: string): string[] {
    return this.#withFile(path, O_RDONLY | O_DIRECTORY, (directory) => {
      const names: string[] = [];
      for (;;) {
        const entries = directory.readdir(READDIR_BATCH);
        if (entries.length === 0) return names;
        for (const { name } of entries) if (name !== "." && name !== "..") names.push(name);
      }
    });
  }

  stat(path: string): WireStat {
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
    for (const name of this.readdir(path)) this.rm(`${path}/${name}`, true, force);
    vfs.rmdir(this.#context, path);
  }

  exists(path: string): boolean {
    return this.#type(path) !== undefined;
  }

  rename(from: string, to: string): void {
    this.#vm.vfs.rename(this.#context, from, to);
  }

  /** The S_IFMT bits of what is at `path`, undefined if nothing is. */
  #type(path: string, follow = true): number | undefined {
    try {
      return this.#vm.vfs.stat(this.#context, path, follow).mode & S_IFMT;
    } catch (error) {
      if ((error as Errno) === ENOENT || (error as Errno) === ENOTDIR) return undefined;
      throw error;
    }
  }

  #giveToUser(path: string): void {
    this.#vm.vfs.chown(this.#context, path, this.#vm.uid, this.#vm.gid);
  }

  #withFile<T>(path: string, flags: number, use: (file: FileDescription) => T): T {
    const file = this.#vm.vfs.open(this.#context, path, flags, 0o666);
    try {
      return use(file);
    } finally {
      file.decRef();
    }
  }
}

const parentOf = (path: string): string => path.replace(/\/+[^/]+\/*$/, "") || "/";

function readAll(file: FileDescription): Uint8Array {
  // One byte more than it says tells whether that was all; files of procfs say 0.
  const { size } = file.stat();
  let bytes = new Uint8Array(Math.max(size + 1, READ_CHUNK));
  let length = 0;
  for (;;) {
    const count = file.read(bytes.subarray(length), null);
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
    const count = file.write(rest, null);
    if (count instanceof WouldBlock) throw EAGAIN;
    rest = rest.subarray(count);
  }
}
