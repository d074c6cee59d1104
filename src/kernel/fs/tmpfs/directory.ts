import { direntType, S_IFDIR, S_IFMT, S_IFREG } from "../../../abi/mode.ts";
import { EMLINK, ENOENT } from "../../errno.ts";
import { Dentry } from "../../vfs/dentry.ts";
import { DirectoryDescription } from "../../vfs/directory_description.ts";
import type { DirectoryEntry, FileDescription } from "../../vfs/file_description.ts";
import { Inode, type NewInode } from "../../vfs/inode.ts";
import { ownName } from "../../vfs/name.ts";
import type { ChargedFilesystem } from "./charged_filesystem.ts";
import { DirectoryEntries } from "./directory_entries.ts";
import { TmpfsRegularFile } from "./regular_file.ts";
import { TmpfsSpecialFile } from "./special_file.ts";
import { TmpfsSymlink } from "./symlink.ts";

/** What an entry adds to a directory's size, as on Linux. */
const ENTRY_BYTES = 20;
/** Names below this length are no slices of the path they came from (V8 copies them). */
const SLICE_LENGTH = 13;
const MAX_LINKS = 65_000;

/** A directory of a Tmpfs. */
export class TmpfsDirectory extends Inode {
  declare readonly fs: ChargedFilesystem;
  readonly #entries = new DirectoryEntries();

  constructor(fs: ChargedFilesystem, attributes: NewInode) {
    fs.storage.inodes.take();
    super(fs, attributes);
    this.nlink = 2;
  }

  override get size(): number {
    return (this.#entries.size + 2) * ENTRY_BYTES;
  }
  override get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  override open(dentry: Dentry, flags: number): FileDescription {
    return new DirectoryDescription(dentry, flags);
  }

  override lookup(_dir: Dentry, name: string): Dentry | undefined {
    return this.#entries.get(name);
  }

  override entries(_dir: Dentry, cursor: { position: number }, count: number): DirectoryEntry[] {
    const found: DirectoryEntry[] = [];
    if (count <= 0) return found;
    for (const dentry of this.#entries.after(cursor.position)) {
      found.push({ ino: dentry.inode.ino, type: direntType(dentry.inode.mode), name: dentry.name });
      cursor.position = dentry.position;
      if (found.length >= count) break;
    }
    return found;
  }

  override create(dir: Dentry, name: string, attributes: NewInode): Dentry {
    const type = attributes.mode & S_IFMT;
    if (type === S_IFREG) return this.#add(dir, name, new TmpfsRegularFile(this.fs, attributes));
    if (type !== S_IFDIR) return this.#add(dir, name, new TmpfsSpecialFile(this.fs, attributes));
    if (this.nlink >= MAX_LINKS) throw EMLINK;
    return this.#add(dir, name, new TmpfsDirectory(this.fs, attributes));
  }

  override createUnnamed(dir: Dentry, attributes: NewInode): Dentry {
    const inode = new TmpfsRegularFile(this.fs, attributes);
    inode.nlink = 0;
    const dentry = new Dentry(`#${inode.ino}`, dir, inode);
    dentry.remove();
    return dentry;
  }

  override symlink(dir: Dentry, name: string, target: string, attributes: NewInode): Dentry {
    return this.#add(dir, name, new TmpfsSymlink(this.fs, attributes, target));
  }

  override link(dir: Dentry, name: string, inode: Inode): Dentry {
    if (inode.nlink === 0) throw ENOENT;
    if (inode.nlink >= MAX_LINKS) throw EMLINK;
    // A name holds kernel memory too.
    this.fs.storage.inodes.take();
    inode.nlink++;
    inode.markChanged();
    return this.#add(dir, name, inode);
  }

  #add(dir: Dentry, name: string, inode: Inode): Dentry {
    const dentry = new Dentry(ownString(name), dir, inode);
    this.#insert(dentry);
    this.markModified();
    return dentry;
  }

  override remove(_dir: Dentry, child: Dentry): void {
    this.#take(child);
    this.#unlink(child);
    this.markModified();
  }

  override rename(_dir: Dentry, child: Dentry, newDir: Dentry, name: string, replaced: Dentry | undefined): void {
    const target = newDir.inode as TmpfsDirectory;
    this.#take(child);
    if (replaced !== undefined) {
      target.#take(replaced);
      target.#unlink(replaced);
    }
    child.name = ownString(name);
    child.parent = newDir;
    target.#insert(child);
    this.markModified();
    if (target !== this) target.markModified();
    child.inode.markChanged();
  }

  override exchange(dir: Dentry, child: Dentry, otherDir: Dentry, other: Dentry): void {
    const target = otherDir.inode as TmpfsDirectory;
    this.#take(child);
    target.#take(other);
    [child.name, other.name] = [other.name, child.name];
    child.parent = otherDir;
    other.parent = dir;
    target.#insert(child);
    this.#insert(other);
    this.markModified();
    if (target !== this) target.markModified();
    child.inode.markChanged();
    other.inode.markChanged();
  }

  #insert(dentry: Dentry): void {
    this.#entries.add(dentry);
    if (dentry.inode.isDirectory) this.nlink++;
  }

  #take(dentry: Dentry): void {
    this.#entries.delete(dentry);
    if (dentry.inode.isDirectory) this.nlink--;
  }

  /** One name fewer. The last one of a directory takes its "." along. */
  #unlink(dentry: Dentry): void {
    dentry.remove();
    const { inode } = dentry;
    inode.nlink = inode.isDirectory ? 0 : inode.nlink - 1;
    inode.markChanged();
    // The inode's own charge goes when it is evicted; this is a further hard link's.
    if (inode.nlink > 0) this.fs.storage.inodes.give();
  }

  protected override evict(): void {
    this.fs.storage.inodes.give();
  }
}

/** A copy of `name` that does not keep the whole path alive that it is a slice of. */
const ownString = (name: string): string => (name.length < SLICE_LENGTH ? name : ownName(name));
