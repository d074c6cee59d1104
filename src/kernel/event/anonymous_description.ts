import { FileDescription } from "../vfs/file_description.ts";
import { ANONYMOUS_STAT, type Stat } from "../vfs/stat.ts";
import type { WaitQueue } from "../wait/queue.ts";

/** An open file without a name or inode of its own: epoll, eventfd, signalfd. */
export abstract class AnonymousDescription extends FileDescription {
  readonly #kind: string;

  /** @param kind as in /proc/<pid>/fd: "[eventfd]". */
  constructor(kind: string, statusFlags: number, queue?: WaitQueue) {
    super(statusFlags, queue);
    this.#kind = kind;
  }

  override stat(): Stat {
    return { ...ANONYMOUS_STAT };
  }

  override describe(): string {
    return `anon_inode:${this.#kind}`;
  }
}
