import { Inode, type NewInode } from "../../vfs/inode.ts";
import type { ChargedFilesystem } from "./charged_filesystem.ts";

/** A fifo, socket or device node: only a name and attributes; VirtualFilesystem finds what is behind it. */
export class TmpfsSpecialFile extends Inode {
  declare readonly fs: ChargedFilesystem;

  constructor(fs: ChargedFilesystem, attributes: NewInode) {
    fs.storage.inodes.take();
    super(fs, attributes);
  }

  protected override evict(): void {
    this.fs.storage.inodes.give();
  }
}
