import type { Errno } from "../errno.ts";

/** How much there may be of something in a VM, counted over all who use it: bytes, inodes, descriptors, processes… */
export class Budget {
  readonly max: number;
  used = 0;
  readonly #exhausted: Errno;

  /** @param exhausted what who wants more is told */
  constructor(max: number, exhausted: Errno) {
    this.max = max;
    this.#exhausted = exhausted;
  }

  get left(): number {
    return Math.max(0, this.max - this.used);
  }

  /** Throws if take() would. */
  require(amount = 1): void {
    if (amount > this.left) throw this.#exhausted;
  }

  take(amount = 1): void {
    if (amount > this.left) throw this.#exhausted;
    this.used += amount;
  }

  /** Takes what is granted to everybody, also when nothing is left. */
  overdraw(amount = 1): void {
    this.used += amount;
  }

  give(amount = 1): void {
    this.used -= amount;
  }
}
