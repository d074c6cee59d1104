/**
 * Where the `stat` family of syscalls puts what it tells, in a Float64Array or BigInt64Array of STAT_FIELDS elements.
 * The order is Node's (`fs` binding, `statValues`), so that a guest needs no second copy.
 */
export const STAT = {
  dev: 0,
  mode: 1,
  nlink: 2,
  uid: 3,
  gid: 4,
  rdev: 5,
  blksize: 6,
  ino: 7,
  /** Bytes. */
  size: 8,
  /** 512-byte units. */
  blocks: 9,
  atimeSec: 10,
  atimeNsec: 11,
  mtimeSec: 12,
  mtimeNsec: 13,
  ctimeSec: 14,
  ctimeNsec: 15,
  birthtimeSec: 16,
  birthtimeNsec: 17,
} as const;

export const STAT_FIELDS = 18;

/** What statfs(2) fills: type, bsize, blocks, bfree, bavail, files, ffree. Sizes count blocks of `bsize` bytes. */
export const STATFS_FIELDS = 7;
