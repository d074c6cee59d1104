import { O_ACCMODE, O_RDWR } from "../../../abi/fcntl.ts";
import { S_IFMT, S_IFSOCK } from "../../../abi/mode.ts";
import { EACCES, ENXIO } from "../../errno.ts";
import type { Dentry } from "../../vfs/dentry.ts";
import type { FileDescription } from "../../vfs/file_description.ts";
import type { Filesystem } from "../../vfs/filesystem.ts";
import { Inode } from "../../vfs/inode.ts";
import type { Stat } from "../../vfs/stat.ts";

/**
 * What the magic link of an open file without an inode (a stream, epoll…) jumps to. Opening it gives the same open file
 * description, as if by dup(2): there is no file to open anew. Sockets can't be opened, ENXIO.
 */
export class DescriptionInode extends Inode {
  readonly #file: FileDescription;

  constructor(fs: Filesystem, file: FileDescription, ino: number) {
    // Whoever may follow the link has the file open already.
    const { mode, uid, gid, rdev } = file.stat();
    super(fs, { mode: mode | 0o666, uid, gid, rdev }, ino);
    this.#file = file;
  }

  override get opensItself(): boolean {
    return true;
  }
  override open(_dentry: Dentry, flags: number): FileDescription {
    if ((this.mode & S_IFMT) === S_IFSOCK) throw ENXIO;
    const wanted = flags & O_ACCMODE;
    const given = this.#file.statusFlags & O_ACCMODE;
    if (given !== O_RDWR && wanted !== given) throw EACCES;
    // An O_PATH descriptor may have kept this place after the file was closed.
    if (!this.#file.tryIncRef()) throw ENXIO;
    return this.#file;
  }
  override stat(): Stat {
    return this.#file.stat();
  }
  override statInto(out: Float64Array | BigInt64Array): void {
    this.#file.statInto(out);
  }
}
