import { SEEK_CUR, SEEK_SET } from "../../abi/fcntl.ts";
import { IN_ACCESS } from "../../abi/inotify.ts";
import { EBADF, EINVAL, EISDIR } from "../errno.ts";
import type { DirectoryEntry } from "./file_description.ts";
import { InodeDescription } from "./inode_description.ts";
import { notify } from "./notify.ts";

/** An open directory: its offset is a position among the entries, which lseek(2) may go back to. */
export class DirectoryDescription extends InodeDescription {
  readonly #cursor = { position: 0 };

  override read(): number {
    throw EISDIR;
  }
  override write(): number {
    throw EBADF;
  }

  override readdir(count: number): DirectoryEntry[] {
    const entries = this.inode.entries(this.dentry, this.#cursor, count);
    this.inode.markAccessed();
    notify(this.dentry, IN_ACCESS);
    return entries;
  }

  override seek(offset: number, whence: number): number {
    const position = whence === SEEK_SET ? offset : this.#cursor.position + offset;
    if ((whence !== SEEK_SET && whence !== SEEK_CUR) || !Number.isSafeInteger(position) || position < 0) throw EINVAL;
    this.#cursor.position = position;
    return position;
  }
}
