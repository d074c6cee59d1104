import { Inode, type NewInode } from "../../vfs/inode.ts";
import { nameLength, validName } from "../../vfs/name.ts";
import type { ChargedFilesystem } from "./charged_filesystem.ts";

/** Targets from this length on count as a page of data and live off the JavaScript heap, as Linux keeps them apart. */
const LONG_TARGET = 128;
const PAGE = 4096;

/** A symbolic link of a Tmpfs. */
export class TmpfsSymlink extends Inode {
  declare readonly fs: ChargedFilesystem;
  readonly #target: string | Buffer;
  /** UTF-16 for what is no UTF-8. */
  readonly #encoding: "utf8" | "utf16le";
  readonly #bytes: number;

  constructor(fs: ChargedFilesystem, attributes: NewInode, target: string) {
    fs.storage.inodes.take();
    if (target.length >= LONG_TARGET) {
      try {
        fs.storage.bytes.take(PAGE);
      } catch (error) {
        fs.storage.inodes.give();
        throw error;
      }
    }
    super(fs, attributes);
    const name = validName(target);
    this.#encoding = name.isWellFormed() ? "utf8" : "utf16le";
    this.#target = target.length < LONG_TARGET ? name : Buffer.from(name, this.#encoding);
    this.#bytes = nameLength(name);
  }

  override get size(): number {
    return this.#bytes;
  }
  override get blocks(): number {
    return typeof this.#target === "string" ? 0 : PAGE / 512;
  }
  override readlink(): string {
    return this.#target.toString(this.#encoding);
  }

  protected override evict(): void {
    if (typeof this.#target !== "string") this.fs.storage.bytes.give(PAGE);
    this.fs.storage.inodes.give();
  }
}
