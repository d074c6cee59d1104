import { ENOENT } from "../../errno.ts";
import type { Clock } from "../../vfs/clock.ts";
import { Dentry } from "../../vfs/dentry.ts";
import { Filesystem, NAME_MAX, type StatFs } from "../../vfs/filesystem.ts";
import type { Inode } from "../../vfs/inode.ts";
import { Directory, type DirectorySource, type Entry, FixedEntries, Link, TextFile } from "./nodes.ts";
import { processDirectory } from "./process_directory.ts";
import type { ProcessInspector } from "./process_inspector.ts";
import { systemFiles, type TextTree } from "./system_files.ts";

const PROC_MAGIC = 0x9fa0;
const PID = /^[1-9]\d{0,8}$/;

export interface ProcOptions {
  inspector: ProcessInspector;
  clock: Clock;
  /** The text of /proc/mounts. */
  mounts: () => string;
}

/** proc(5). Nothing is stored: every look asks the kernel. */
export class ProcFilesystem extends Filesystem {
  override readonly type = "proc";
  override readonly root: Dentry;

  constructor({ inspector, clock, mounts }: ProcOptions) {
    super(clock);
    const context = { fs: this, inspector, mounts };
    const owner = { uid: 0, gid: 0 };
    const rootIno = this.nextIno();

    const selfIno = this.nextIno();
    const self = (): string => {
      const pid = inspector.currentPid();
      if (pid === 0) throw ENOENT;
      return String(pid);
    };
    const mountsIno = this.nextIno();
    const fixed = new FixedEntries({
      self: () => new Link(this, { ...owner, ino: selfIno }, self),
      mounts: () => new Link(this, { ...owner, ino: mountsIno }, () => "self/mounts"),
      ...this.#textEntries(systemFiles(inspector)),
    });
    const source: DirectorySource = {
      find: (name) => fixed.find(name) ?? (PID.test(name) ? processDirectory(context, Number(name)) : undefined),
      *list(position: number): Iterable<Entry> {
        yield* fixed.list(position);
        for (const pid of inspector.pids().sort((a, b) => a - b)) {
          if (fixed.size + pid > position) yield { name: String(pid), position: fixed.size + pid };
        }
      },
    };
    this.root = new Dentry("", null, new Directory(this, { ...owner, ino: rootIno }, source));
  }

  #textEntries(tree: TextTree): Record<string, () => Inode> {
    const makers: Record<string, () => Inode> = {};
    for (const [name, content] of Object.entries(tree)) {
      const identity = { ino: this.nextIno(), uid: 0, gid: 0 };
      if (typeof content === "function") {
        makers[name] = () => new TextFile(this, identity, content);
      } else {
        const entries = new FixedEntries(this.#textEntries(content));
        makers[name] = () => new Directory(this, identity, entries);
      }
    }
    return makers;
  }

  override statfs(): StatFs {
    return { type: PROC_MAGIC, bsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0, namelen: NAME_MAX };
  }
}
