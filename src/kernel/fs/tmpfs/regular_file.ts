import type { Dentry } from "../../vfs/dentry.ts";
import type { FileDescription } from "../../vfs/file_description.ts";
import { Inode, type NewInode } from "../../vfs/inode.ts";
import type { ChargedFilesystem } from "./charged_filesystem.ts";
import { FileContent } from "./content.ts";
import { TmpfsFileDescription } from "./file_description.ts";

/** A regular file of a Tmpfs. */
export class TmpfsRegularFile extends Inode {
  declare readonly fs: ChargedFilesystem;
  readonly content: FileContent;

  constructor(fs: ChargedFilesystem, attributes: NewInode) {
    fs.storage.inodes.take();
    super(fs, attributes);
    this.content = new FileContent(fs.storage.bytes);
  }

  override get size(): number {
    return this.content.size;
  }
  override get blocks(): number {
    return this.content.blocks;
  }

  override open(dentry: Dentry, flags: number): FileDescription {
    return new TmpfsFileDescription(dentry, flags, this.content);
  }

  override truncate(length: number): void {
    this.content.truncate(length);
    this.markModified();
  }

  protected override evict(): void {
    this.content.clear();
    this.fs.storage.inodes.give();
  }
}
