import { X_OK } from "../../abi/mode.ts";
import { EACCES, EBUSY, ENOENT, ENOTDIR, EROFS } from "../errno.ts";
import type { Clock } from "./clock.ts";
import type { FsContext } from "./context.ts";
import { rootCredentials } from "./credentials.ts";
import { type Dentry, dentryPath, mountPoint } from "./dentry.ts";
import type { Filesystem, Mount } from "./filesystem.ts";
import type { FsOperation } from "./guard.ts";
import { PathWalk } from "./path_walk.ts";
import { permits } from "./permission.ts";

/** The mounted filesystems as one tree, and the walks through it. */
export class MountTree {
  readonly root: Dentry;
  readonly clock: Clock;
  protected readonly walk: PathWalk = new PathWalk();
  readonly #mounts: Mount[] = [];
  #lastDevice = 0;

  /** @param rootFs what is mounted at "/". */
  constructor(rootFs: Filesystem, source: string = rootFs.type) {
    this.root = rootFs.root;
    this.clock = rootFs.clock;
    rootFs.mount = { fs: rootFs, point: null, source, readOnly: false };
    this.#mounts.push(rootFs.mount);
    this.numberDevice(rootFs);
  }

  /** Gives a filesystem, mounted or not, its device number. */
  numberDevice(fs: Filesystem): void {
    fs.dev = ++this.#lastDevice;
  }

  get mounts(): readonly Mount[] {
    return this.#mounts;
  }

  /** A context with root's credentials: what the kernel itself and the host act with. */
  rootContext(): FsContext {
    return { creds: rootCredentials(), root: this.root, cwd: this.root, umask: 0o022, guard: null };
  }

  /**
   * mount(2): covers the directory at `path` with `fs`. Errors: EBUSY (`fs` is mounted already), ENOTDIR, those of
   * the walk.
   */
  mount(fs: Filesystem, path: string, options: { readOnly?: boolean; source?: string } = {}): Mount {
    if (fs.mount !== null) throw EBUSY;
    const point = this.resolve(this.rootContext(), path);
    if (!point.inode.isDirectory) throw ENOTDIR;
    const mount = { fs, point, source: options.source ?? fs.type, readOnly: options.readOnly ?? false };
    point.mounted = mount;
    fs.mount = mount;
    this.#mounts.push(mount);
    this.numberDevice(fs);
    return mount;
  }

  /** The text of /proc/mounts, fstab(5). */
  describeMounts(): string {
    return this.#mounts
      .map(({ fs, point, source, readOnly }) => {
        const path = point === null ? "/" : dentryPath(point);
        const options = [readOnly ? "ro" : "rw", "relatime", fs.mountOptions()].filter((option) => option !== "");
        return `${escapeField(source)} ${escapeField(path)} ${fs.type} ${options.join(",")} 0 0\n`;
      })
      .join("");
  }

  /** Walks `path`; `follow` says whether a symbolic link at its end is followed. */
  resolve(ctx: FsContext, path: string, follow = true, at: Dentry = ctx.cwd): Dentry {
    return this.walk.resolve(ctx, at, path, follow);
  }

  /** As resolve(), of a file that `operation` is to be done to: the context's guard is asked. */
  find(ctx: FsContext, operation: FsOperation, path: string, follow = true, at: Dentry = ctx.cwd): Dentry {
    return this.walk.find(ctx, [operation], at, path, follow);
  }

  /** chdir(2): the directory to change to. */
  findDirectory(ctx: FsContext, path: string): Dentry {
    return searchable(ctx, this.find(ctx, "chdir", path));
  }

  /** As resolve(), to a directory that may be searched: fchdir(2), and where a process starts. */
  resolveDirectory(ctx: FsContext, path: string, at: Dentry = ctx.cwd): Dentry {
    return searchable(ctx, this.walk.resolve(ctx, at, path, true));
  }

  /** The path of a dentry as seen from ctx.root, " (deleted)" appended if its name is gone: /proc/self/cwd. */
  pathOf(ctx: FsContext, dentry: Dentry): string {
    return dentryPath(dentry, ctx.root);
  }

  /** getcwd(2): ENOENT if the directory was removed. */
  getcwd(ctx: FsContext): string {
    if (ctx.cwd.deleted) throw ENOENT;
    return dentryPath(ctx.cwd, ctx.root);
  }

  /** realpath(3). The result must be a path that the caller may walk: EACCES, also where a relative path would do. */
  realpath(ctx: FsContext, path: string, at: Dentry = ctx.cwd): string {
    const dentry = this.find(ctx, "stat", path, true, at);
    if (dentry.deleted) throw ENOENT;
    // First, for a path that is too long ends this soon: a guest's directories may lie very deep.
    const result = dentryPath(dentry, ctx.root);
    for (let dir = enclosing(dentry, ctx.root); dir !== null; dir = enclosing(dir, ctx.root)) {
      if (!permits(ctx.creds, dir.inode, X_OK)) throw EACCES;
    }
    return result;
  }

  protected requireWritable(dentry: Dentry): void {
    if (dentry.inode.fs.readOnly) throw EROFS;
  }
}

function searchable(ctx: FsContext, dentry: Dentry): Dentry {
  if (!dentry.inode.isDirectory) throw ENOTDIR;
  if (!permits(ctx.creds, dentry.inode, X_OK)) throw EACCES;
  return dentry;
}

/** The directory around a dentry, null at `root`. */
function enclosing(dentry: Dentry, root: Dentry): Dentry | null {
  const below = mountPoint(dentry, root);
  return below === root ? null : below.parent;
}

/** Spaces and the like are octal escapes in fstab(5) fields. */
const escapeField = (text: string): string =>
  text.replace(/[ \t\n\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`);
