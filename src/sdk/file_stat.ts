import type { WireStat } from "../protocol/api.ts";

/** What stat() tells of a file. Times are milliseconds since the epoch, with fractions. */
export class FileStat {
  readonly type: WireStat["type"];
  /** Bytes. */
  readonly size: number;
  /** Type and permission bits, as `st_mode`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly ino: number;
  /** Number of hard links. */
  readonly nlink: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;

  /** @internal */
  constructor(stat: WireStat) {
    this.type = stat.type;
    this.size = stat.size;
    this.mode = stat.mode;
    this.uid = stat.uid;
    this.gid = stat.gid;
    this.ino = stat.ino;
    this.nlink = stat.nlink;
    this.atimeMs = stat.atimeMs;
    this.mtimeMs = stat.mtimeMs;
    this.ctimeMs = stat.ctimeMs;
    this.birthtimeMs = stat.birthtimeMs;
  }

  isFile(): boolean {
    return this.type === "file";
  }

  isDirectory(): boolean {
    return this.type === "directory";
  }
}
