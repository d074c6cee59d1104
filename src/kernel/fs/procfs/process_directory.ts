import { O_ACCMODE, O_RDONLY, O_WRONLY } from "../../../abi/fcntl.ts";
import { ENOENT, ESRCH } from "../../errno.ts";
import { Dentry, dentryPath } from "../../vfs/dentry.ts";
import type { FileDescription } from "../../vfs/file_description.ts";
import type { Filesystem } from "../../vfs/filesystem.ts";
import type { Inode } from "../../vfs/inode.ts";
import { InodeDescription } from "../../vfs/inode_description.ts";
import { DescriptionInode } from "./description_inode.ts";
import { Directory, type DirectorySource, FixedEntries, Link, type NodeIdentity, TextFile } from "./nodes.ts";
import type { ProcessInfo, ProcessInspector } from "./process_inspector.ts";
import { describeLimits, describeMemory, describeStat, describeStatus } from "./process_text.ts";

/** Inode numbers of a process: (pid << 16) + one of these; an fd's link is FIRST_FD + fd. */
const INODES_PER_PROCESS = 65_536;
const FIRST_FD = 256;
const MAX_FDS = (INODES_PER_PROCESS - FIRST_FD) / 2;
const DECIMAL = /^(?:0|[1-9]\d{0,8})$/;

export interface ProcContext {
  fs: Filesystem;
  inspector: ProcessInspector;
  /** The text of /proc/mounts. */
  mounts(): string;
}

/** /proc/<pid>. undefined: no such process. */
export function processDirectory(context: ProcContext, pid: number): Inode | undefined {
  const { fs, inspector } = context;
  const owner = inspector.owner(pid);
  if (owner === undefined) return undefined;

  const identity = (kind: number): NodeIdentity => ({
    ino: pid * INODES_PER_PROCESS + kind,
    uid: owner.euid,
    gid: owner.egid,
  });
  /** The process as it is when the file is read, not when it was found. */
  const current = (): ProcessInfo => {
    const found = inspector.process(pid);
    if (found === undefined) throw ESRCH;
    return found;
  };
  const text = (kind: number, describe: (info: ProcessInfo) => string, permissions?: number) => () =>
    new TextFile(fs, identity(kind), () => describe(current()), permissions);
  const directoryLink = (kind: number, find: () => Dentry | undefined) => () => {
    const destination = (): Dentry => {
      const dentry = find();
      if (dentry === undefined) throw ENOENT;
      return dentry;
    };
    return new Link(fs, identity(kind), () => dentryPath(destination()), destination);
  };

  const entries = new FixedEntries({
    cmdline: text(1, ({ argv }) => terminate(argv)),
    comm: text(2, ({ comm }) => `${comm}\n`, 0o644),
    cwd: directoryLink(3, () => inspector.cwd(pid)),
    environ: text(4, ({ environ }) => terminate(environ), 0o400),
    exe: () => new Link(fs, identity(5), () => current().exe),
    fd: () => new Directory(fs, identity(6), new FdLinks(context, pid, identity), 0o500),
    limits: text(7, describeLimits),
    maps: text(8, () => ""),
    mounts: text(9, () => context.mounts()),
    root: directoryLink(10, () => inspector.root(pid)),
    stat: text(11, describeStat),
    statm: text(12, describeMemory),
    status: text(13, describeStatus),
  });
  return new Directory(fs, identity(0), entries);
}

const terminate = (strings: readonly string[]): string => strings.map((string) => `${string}\0`).join("");

/** /proc/<pid>/fd: a link for every open file. */
class FdLinks implements DirectorySource {
  readonly #context: ProcContext;
  readonly #pid: number;
  readonly #identity: (kind: number) => NodeIdentity;

  constructor(context: ProcContext, pid: number, identity: (kind: number) => NodeIdentity) {
    this.#context = context;
    this.#pid = pid;
    this.#identity = identity;
  }

  find(name: string): Inode | undefined {
    if (!DECIMAL.test(name)) return undefined;
    const fd = Number(name);
    const file = this.#file(fd);
    if (file === undefined || fd >= MAX_FDS) return undefined;
    const { fs } = this.#context;
    const destination = (): Dentry => {
      const open = this.#file(fd);
      if (open === undefined) throw ENOENT;
      if (open instanceof InodeDescription) return open.dentry;
      return new Dentry(
        open.describe(),
        null,
        new DescriptionInode(fs, open, this.#identity(FIRST_FD + MAX_FDS + fd).ino),
      );
    };
    const target = (): string => {
      const open = this.#file(fd);
      if (open === undefined) throw ENOENT;
      return open.describe();
    };
    return new Link(fs, this.#identity(FIRST_FD + fd), target, destination, linkPermissions(file));
  }

  *list(position: number): Iterable<{ name: string; position: number }> {
    for (const fd of this.#context.inspector.fds(this.#pid)) {
      if (fd >= position) yield { name: String(fd), position: fd + 1 };
    }
  }

  #file(fd: number): FileDescription | undefined {
    return this.#context.inspector.fd(this.#pid, fd);
  }
}

/** The owner's bits tell the access mode, proc(5). */
function linkPermissions(file: FileDescription): number {
  const access = file.statusFlags & O_ACCMODE;
  if (access === O_RDONLY) return 0o500;
  return access === O_WRONLY ? 0o300 : 0o700;
}
