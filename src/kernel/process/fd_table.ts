import { EBADF, EINVAL, EMFILE } from "../errno.ts";
import type { Budget } from "../limits/budget.ts";
import type { FileDescription } from "../vfs/file_description.ts";

/** A process's file descriptors, after gVisor's `kernel.FDTable`. The lowest free number is always the next one. */
export class FdTable {
  readonly #files: (FileDescription | null)[] = [];
  /** FD_CLOEXEC, by fd. */
  readonly #closeOnExec: boolean[] = [];
  /** No fd below is free. */
  #lowestFree = 0;
  /** The descriptors of the whole VM: ENFILE. */
  readonly #all: Budget;
  /** How many fds there may be: the numbers are below it. RLIMIT_NOFILE. */
  max: number;

  constructor(max: number, all: Budget) {
    this.max = max;
    this.#all = all;
  }

  /** The open file of `fd`, whatever a guest passed as such. */
  get(fd: unknown): FileDescription {
    const file = typeof fd === "number" ? this.#files[fd] : undefined;
    if (file === undefined || file === null) throw EBADF;
    return file;
  }

  find(fd: number): FileDescription | undefined {
    return this.#files[fd] ?? undefined;
  }

  /** Throws EMFILE or ENFILE if install() would: to be asked before something is opened or created. */
  reserve(): void {
    this.#free(0);
  }

  /** Gives `file` the lowest free fd ≥ `from`. Takes over the caller's reference, unless it throws. */
  install(file: FileDescription, closeOnExec: boolean, from = 0): number {
    const fd = this.#free(from);
    this.#all.take();
    this.#put(fd, file, closeOnExec);
    if (fd === this.#lowestFree) this.#lowestFree = fd + 1;
    return fd;
  }

  /** Puts `file` at `fd`, closing what is there: dup2(2). Takes over the caller's reference, unless it throws. */
  replace(fd: number, file: FileDescription, closeOnExec: boolean): void {
    if (!Number.isInteger(fd) || fd < 0 || fd >= this.max) throw EBADF;
    const old = this.find(fd);
    if (old === undefined) this.#all.take();
    this.#put(fd, file, closeOnExec);
    old?.decRef();
  }

  close(fd: unknown): void {
    const file = this.get(fd);
    const at = fd as number;
    this.#files[at] = null;
    this.#all.give();
    if (at < this.#lowestFree) this.#lowestFree = at;
    file.decRef();
  }

  closeOnExec(fd: unknown): boolean {
    this.get(fd);
    return this.#closeOnExec[fd as number]!;
  }

  setCloseOnExec(fd: unknown, value: boolean): void {
    this.get(fd);
    this.#closeOnExec[fd as number] = value;
  }

  /** A table with the same files under the same numbers, fork(2). ENFILE. */
  fork(max = this.max): FdTable {
    const copy = new FdTable(max, this.#all);
    const numbers = this.numbers();
    this.#all.take(numbers.length);
    for (const fd of numbers) {
      const file = this.#files[fd]!;
      file.incRef();
      copy.#put(fd, file, this.#closeOnExec[fd]!);
    }
    copy.#lowestFree = this.#lowestFree;
    return copy;
  }

  /** Closes what is marked so, execve(2). */
  closeMarked(): void {
    for (const fd of this.numbers()) if (this.#closeOnExec[fd]) this.close(fd);
  }

  /** Open fds, ascending. */
  numbers(): number[] {
    const numbers: number[] = [];
    for (let fd = 0; fd < this.#files.length; fd++) if (this.#files[fd]) numbers.push(fd);
    return numbers;
  }

  /** Closes every fd. */
  clear(): void {
    for (const fd of this.numbers()) this.close(fd);
    this.#files.length = 0;
  }

  #free(from: number): number {
    if (from < 0) throw EINVAL;
    let fd = Math.max(from, this.#lowestFree);
    while (this.#files[fd]) fd++;
    if (fd >= this.max) throw EMFILE;
    this.#all.require();
    return fd;
  }

  #put(fd: number, file: FileDescription, closeOnExec: boolean): void {
    // A hole would turn the array into a dictionary.
    while (this.#files.length < fd) {
      this.#files.push(null);
      this.#closeOnExec.push(false);
    }
    this.#files[fd] = file;
    this.#closeOnExec[fd] = closeOnExec;
  }
}
