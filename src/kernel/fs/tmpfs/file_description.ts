import { O_APPEND, O_NOATIME, SEEK_CUR, SEEK_DATA, SEEK_END, SEEK_HOLE, SEEK_SET } from "../../../abi/fcntl.ts";
import { IN_ACCESS, IN_MODIFY } from "../../../abi/inotify.ts";
import { EBADF, EINVAL, ENXIO, EOVERFLOW } from "../../errno.ts";
import { dropSetIds } from "../../vfs/attributes.ts";
import type { Dentry } from "../../vfs/dentry.ts";
import { InodeDescription } from "../../vfs/inode_description.ts";
import { notify } from "../../vfs/notify.ts";
import type { FileContent } from "./content.ts";

/** An open regular file of a Tmpfs. */
export class TmpfsFileDescription extends InodeDescription {
  readonly #content: FileContent;
  #offset = 0;

  constructor(dentry: Dentry, flags: number, content: FileContent) {
    super(dentry, flags);
    this.#content = content;
  }

  override read(dst: Uint8Array, offset: number | null): number {
    if (!this.readable) throw EBADF;
    if (offset !== null) checkOffset(offset);
    const count = this.#content.read(dst, offset ?? this.#offset);
    if (offset === null) this.#offset += count;
    if ((this.statusFlags & O_NOATIME) === 0) this.inode.markAccessed();
    if (count > 0) notify(this.dentry, IN_ACCESS);
    return count;
  }

  override write(src: Uint8Array, offset: number | null): number {
    if (!this.writable) throw EBADF;
    if (offset !== null) checkOffset(offset);
    // O_APPEND goes before an explicit offset, pwrite(2) "BUGS".
    const at = (this.statusFlags & O_APPEND) !== 0 ? this.#content.size : (offset ?? this.#offset);
    const count = this.#content.write(src, at);
    if (offset === null) this.#offset = at + count;
    if (count > 0) {
      if (this.opener !== null) dropSetIds(this.opener.creds, this.inode);
      this.inode.markModified();
      notify(this.dentry, IN_MODIFY);
    }
    return count;
  }

  override seek(offset: number, whence: number): number {
    if (!Number.isSafeInteger(offset)) throw EINVAL;
    const target = this.#target(offset, whence);
    if (target < 0) throw EINVAL;
    if (target > Number.MAX_SAFE_INTEGER) throw EOVERFLOW;
    this.#offset = target;
    return target;
  }

  #target(offset: number, whence: number): number {
    const { size } = this.#content;
    switch (whence) {
      case SEEK_SET:
        return offset;
      case SEEK_CUR:
        return this.#offset + offset;
      case SEEK_END:
        return size + offset;
      case SEEK_DATA:
      case SEEK_HOLE: {
        if (offset < 0 || offset >= size) throw ENXIO;
        const found = whence === SEEK_DATA ? this.#content.nextData(offset) : this.#content.nextHole(offset);
        if (found < 0) throw ENXIO;
        return found;
      }
      default:
        throw EINVAL;
    }
  }

  override truncate(length: number): void {
    if (!this.writable || !Number.isInteger(length) || length < 0) throw EINVAL;
    if (this.opener !== null) dropSetIds(this.opener.creds, this.inode);
    this.inode.truncate(length);
    notify(this.dentry, IN_MODIFY);
  }
}

function checkOffset(offset: number): void {
  if (!Number.isSafeInteger(offset) || offset < 0) throw EINVAL;
}
