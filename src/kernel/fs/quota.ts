import { ENOSPC } from "../errno.ts";

/** What the in-memory filesystems of one VM may hold together. Over it, the guest sees ENOSPC. */
export class FsQuota {
  readonly maxBytes: number;
  readonly maxInodes: number;
  usedBytes = 0;
  usedInodes = 0;

  /** @param maxBytes file data in bytes. @param maxInodes files, directories and further hard links. */
  constructor(maxBytes: number, maxInodes: number) {
    this.maxBytes = maxBytes;
    this.maxInodes = maxInodes;
  }

  get freeBytes(): number {
    return Math.max(0, this.maxBytes - this.usedBytes);
  }

  /** Takes `bytes` (negative: gives back); ENOSPC if there are not so many. */
  chargeBytes(bytes: number): void {
    if (bytes > 0 && bytes > this.freeBytes) throw ENOSPC;
    this.usedBytes += bytes;
  }
  chargeInode(): void {
    if (this.usedInodes >= this.maxInodes) throw ENOSPC;
    this.usedInodes++;
  }
  releaseInode(): void {
    this.usedInodes--;
  }
}
