/** stat(2). Times are nanoseconds since the epoch. */
export interface Stat {
  dev: number;
  ino: number;
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  rdev: number;
  size: number;
  blksize: number;
  /** 512-byte units. */
  blocks: number;
  atimeNs: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
  birthtimeNs: bigint;
}

const NS = 1_000_000_000n;

/** Writes `stat` in the order of STAT. */
export function writeStat(stat: Stat, out: Float64Array | BigInt64Array): void {
  const { dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks } = stat;
  const numbers = [dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks];
  const times = [stat.atimeNs, stat.mtimeNs, stat.ctimeNs, stat.birthtimeNs];
  let index = 0;
  for (const value of numbers) setField(out, index++, value);
  for (const time of times) {
    const nsec = ((time % NS) + NS) % NS;
    setField(out, index++, Number((time - nsec) / NS));
    setField(out, index++, Number(nsec));
  }
}

function setField(out: Float64Array | BigInt64Array, index: number, value: number): void {
  if (out instanceof Float64Array) out[index] = value;
  else out[index] = BigInt(value);
}

/** Of files that no filesystem holds: epoll, eventfd, signalfd, inotify. */
export const ANONYMOUS_STAT: Stat = Object.freeze({
  dev: 0,
  ino: 0,
  mode: 0o600,
  nlink: 1,
  uid: 0,
  gid: 0,
  rdev: 0,
  size: 0,
  blksize: 4096,
  blocks: 0,
  atimeNs: 0n,
  mtimeNs: 0n,
  ctimeNs: 0n,
  birthtimeNs: 0n,
});
