import { O_ACCMODE, O_RDONLY, SEEK_CUR, SEEK_SET } from "../../../abi/fcntl.ts";
import { direntType, S_IFDIR, S_IFLNK, S_IFREG } from "../../../abi/mode.ts";
import { EACCES, EINVAL, ENOENT } from "../../errno.ts";
import { Dentry } from "../../vfs/dentry.ts";
import { DirectoryDescription } from "../../vfs/directory_description.ts";
import type { DirectoryEntry, FileDescription } from "../../vfs/file_description.ts";
import type { Filesystem } from "../../vfs/filesystem.ts";
import { Inode, type NewInode } from "../../vfs/inode.ts";
import { InodeDescription } from "../../vfs/inode_description.ts";

/** Who a procfs file belongs to, and its number. */
export interface NodeIdentity {
  ino: number;
  uid: number;
  gid: number;
}

const attributes = (type: number, permissions: number, { uid, gid }: NodeIdentity): NewInode => ({
  mode: type | permissions,
  uid,
  gid,
  rdev: 0,
});

/** A file whose text is made when it is read. As on Linux, its size is 0. */
export class TextFile extends Inode {
  readonly #generate: () => string;

  /** @param generate may throw an Errno, which the reader gets. */
  constructor(fs: Filesystem, identity: NodeIdentity, generate: () => string, permissions = 0o444) {
    super(fs, attributes(S_IFREG, permissions, identity), identity.ino);
    this.#generate = generate;
  }

  override open(dentry: Dentry, flags: number): FileDescription {
    if ((flags & O_ACCMODE) !== O_RDONLY) throw EACCES;
    return new TextFileDescription(dentry, flags, this.#generate);
  }
  override truncate(): void {
    throw EACCES;
  }
}

class TextFileDescription extends InodeDescription {
  readonly #generate: () => string;
  #text: Buffer | null = null;
  #offset = 0;

  constructor(dentry: Dentry, flags: number, generate: () => string) {
    super(dentry, flags);
    this.#generate = generate;
  }

  override read(dst: Uint8Array, offset: number | null): number {
    const at = offset ?? this.#offset;
    if (!Number.isSafeInteger(at) || at < 0) throw EINVAL;
    // Reading on continues the text that was begun; a read from the start is a new one.
    if (this.#text === null || at === 0) this.#text = Buffer.from(this.#generate());
    const piece = this.#text.subarray(at, at + dst.length);
    dst.set(piece);
    if (offset === null) this.#offset += piece.length;
    return piece.length;
  }

  override seek(offset: number, whence: number): number {
    const target = whence === SEEK_CUR ? this.#offset + offset : offset;
    if ((whence !== SEEK_SET && whence !== SEEK_CUR) || !Number.isSafeInteger(target) || target < 0) throw EINVAL;
    this.#offset = target;
    return target;
  }
}

/** A symbolic link whose target is made when it is read; with a `destination` it is a magic link that jumps there. */
export class Link extends Inode {
  readonly #target: () => string;
  readonly #destination: (() => Dentry) | null;

  constructor(
    fs: Filesystem,
    identity: NodeIdentity,
    target: () => string,
    destination: (() => Dentry) | null = null,
    permissions = 0o777,
  ) {
    super(fs, attributes(S_IFLNK, permissions, identity), identity.ino);
    this.#target = target;
    this.#destination = destination;
  }

  override readlink(): string {
    return this.#target();
  }
  override jump(): Dentry | null {
    return this.#destination === null ? null : this.#destination();
  }
}

/** One entry of a Directory. */
export interface Entry {
  name: string;
  /** Ascending, above 0: what readdir positions count. */
  position: number;
}

/** What a Directory holds, found anew at each look. */
export interface DirectorySource {
  find(name: string): Inode | undefined;
  /** The entries behind `position`, ascending. */
  list(position: number): Iterable<Entry>;
}

/** A directory of procfs. Nothing can be made or removed in it. */
export class Directory extends Inode {
  readonly #source: DirectorySource;

  constructor(fs: Filesystem, identity: NodeIdentity, source: DirectorySource, permissions = 0o555) {
    super(fs, attributes(S_IFDIR, permissions, identity), identity.ino);
    this.#source = source;
    this.nlink = 2;
  }

  override open(dentry: Dentry, flags: number): FileDescription {
    return new DirectoryDescription(dentry, flags);
  }
  override get isEmpty(): boolean {
    return false;
  }
  override lookup(dir: Dentry, name: string): Dentry | undefined {
    const inode = this.#source.find(name);
    return inode === undefined ? undefined : new Dentry(name, dir, inode);
  }
  override entries(_dir: Dentry, cursor: { position: number }, count: number): DirectoryEntry[] {
    const found: DirectoryEntry[] = [];
    if (count <= 0) return found;
    for (const { name, position } of this.#source.list(cursor.position)) {
      cursor.position = position;
      const inode = this.#source.find(name);
      if (inode === undefined) continue;
      found.push({ ino: inode.ino, type: direntType(inode.mode), name });
      if (found.length >= count) break;
    }
    return found;
  }
  override create(): Dentry {
    throw ENOENT;
  }
  override symlink(): Dentry {
    throw ENOENT;
  }
  override link(): Dentry {
    throw ENOENT;
  }
}

/** A DirectorySource over fixed names. */
export class FixedEntries implements DirectorySource {
  readonly #makers: Map<string, () => Inode>;
  readonly #names: Entry[];

  constructor(makers: Record<string, () => Inode>) {
    this.#makers = new Map(Object.entries(makers));
    this.#names = [...this.#makers.keys()].map((name, index) => ({ name, position: index + 1 }));
  }

  get size(): number {
    return this.#names.length;
  }
  find(name: string): Inode | undefined {
    return this.#makers.get(name)?.();
  }
  list(position: number): Iterable<Entry> {
    return this.#names.filter((entry) => entry.position > position);
  }
}
