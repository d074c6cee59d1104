import type { Dentry } from "../../vfs/dentry.ts";

/** Holes in the list that are worth a compaction. */
const MIN_HOLES = 32;

/**
 * The entries of a directory: by name, and in the order of creation. An entry's `position` only grows, so that a reader
 * that remembers the last position it saw neither repeats nor misses entries that stay, whatever is added or removed
 * meanwhile (readdir(3)), and a reader costs no memory.
 */
export class DirectoryEntries {
  readonly #byName = new Map<string, Dentry>();
  /** Ascending by position; removed entries leave holes until the list is compacted. */
  #list: (Dentry | null)[] = [];
  #positions: number[] = [];
  #lastPosition = 0;
  #holes = 0;

  get size(): number {
    return this.#byName.size;
  }

  get(name: string): Dentry | undefined {
    return this.#byName.get(name);
  }

  add(dentry: Dentry): void {
    this.#byName.set(dentry.name, dentry);
    dentry.position = ++this.#lastPosition;
    this.#list.push(dentry);
    this.#positions.push(dentry.position);
  }

  delete(dentry: Dentry): void {
    this.#byName.delete(dentry.name);
    this.#list[this.#indexAfter(dentry.position - 1)] = null;
    if (++this.#holes > MIN_HOLES && this.#holes > this.#list.length / 2) this.#compact();
  }

  /** The entries behind `position`. Nothing may be added or removed while one iterates. */
  *after(position: number): Generator<Dentry> {
    for (let i = this.#indexAfter(position); i < this.#list.length; i++) {
      const dentry = this.#list[i];
      if (dentry) yield dentry;
    }
  }

  /** The index of the first place whose position is greater than `position`. */
  #indexAfter(position: number): number {
    let low = 0;
    let high = this.#positions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#positions[middle]! <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compact(): void {
    this.#list = this.#list.filter((dentry) => dentry !== null);
    this.#positions = this.#list.map((dentry) => dentry!.position);
    this.#holes = 0;
  }
}
