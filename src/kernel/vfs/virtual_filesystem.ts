import {
  O_ACCMODE,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOATIME,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
} from "../../abi/fcntl.ts";
import { IN_ATTRIB, IN_CREATE, IN_DELETE, IN_DONT_FOLLOW, IN_MODIFY, IN_ONLYDIR, IN_OPEN } from "../../abi/inotify.ts";
import {
  R_OK,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
  W_OK,
  X_OK,
} from "../../abi/mode.ts";
import {
  EACCES,
  EBADF,
  EBUSY,
  EEXIST,
  EINVAL,
  EISDIR,
  ELOOP,
  ENAMETOOLONG,
  ENOENT,
  ENOTDIR,
  ENOTEMPTY,
  ENXIO,
  EPERM,
  EROFS,
  EXDEV,
} from "../errno.ts";
import { randomInt } from "../random.ts";
import { changeMode, changeOwner, changeTimes, dropSetIds } from "./attributes.ts";
import type { Timespec } from "./clock.ts";
import type { FsContext } from "./context.ts";
import { realCredentials } from "./credentials.ts";
import { type Dentry, PATH_MAX } from "./dentry.ts";
import type { FileDescription } from "./file_description.ts";
import type { Filesystem, StatFs } from "./filesystem.ts";
import type { FsOperation } from "./guard.ts";
import type { Endpoint, Inode, NewInode } from "./inode.ts";
import { InodeDescription, PathDescription } from "./inode_description.ts";
import { Inotify, InotifyBudgets } from "./inotify.ts";
import { MountTree } from "./mount_tree.ts";
import { nameLength } from "./name.ts";
import { notify, notifyEntry, notifySelf } from "./notify.ts";
import { LAST_DOT, LAST_DOTDOT, LAST_NORMAL, LAST_ROOT } from "./path_walk.ts";
import { inGroup, owns, permits } from "./permission.ts";
import { checkCreate, checkRemove, type RenameSide, type RenameTools, renameEntry } from "./rename.ts";
import type { Stat } from "./stat.ts";

/** Finds or makes what is behind a special file that nobody has open; undefined: there is nothing, ENXIO. */
export type FindEndpoint = (inode: Inode) => Endpoint | undefined;

/** The O_TMPFILE bit without the O_DIRECTORY that it includes. */
const TMPFILE_BIT = O_TMPFILE & ~O_DIRECTORY;
/** What the three access modes (and the undocumented 3) need of the mode bits. */
const ACCESS_NEEDS = [R_OK, W_OK, R_OK | W_OK, R_OK | W_OK];
const TEMPORARY_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const TEMPORARY_ATTEMPTS = 100;

/**
 * The path operations, with Linux's semantics and errors. After gVisor's `vfs.VirtualFilesystem`. Every method throws
 * Errno constants only. `at` is where a relative path starts (openat(2)'s dirfd); the default is `ctx.cwd`.
 */
export class VirtualFilesystem extends MountTree {
  readonly #special = new Map<number, FindEndpoint>();
  readonly #inotify = new InotifyBudgets();
  readonly #renameTools: RenameTools;
  #lastCookie = 0;

  /** @param rootFs what is mounted at "/". */
  constructor(rootFs: Filesystem, source?: string) {
    super(rootFs, source);
    this.#renameTools = {
      lookup: (dir, name) => this.walk.lookup(dir, name),
      nextCookie: () => {
        this.#lastCookie = (this.#lastCookie + 1) >>> 0;
        return this.#lastCookie;
      },
    };
  }

  /** Says what is behind special files of a type (S_IFIFO, S_IFCHR…); of other types, open(2) fails with ENXIO. */
  registerSpecial(type: number, find: FindEndpoint): void {
    this.#special.set(type, find);
  }

  // Opening.

  /** open(2). The description's `opening()` tells whether the open still has to wait (a fifo's other end). */
  open(ctx: FsContext, path: string, flags: number, mode = 0, at: Dentry = ctx.cwd): FileDescription {
    const file = this.#open(ctx, path, flags, mode, at);
    if (file instanceof InodeDescription) file.opener ??= ctx;
    return file;
  }

  #open(ctx: FsContext, path: string, flags: number, mode: number, at: Dentry): FileDescription {
    if ((flags & O_PATH) !== 0) return this.#openPath(ctx, path, flags, at);
    if ((flags & TMPFILE_BIT) !== 0) return this.#openUnnamed(ctx, path, flags, mode, at);
    if ((flags & O_CREAT) !== 0) return this.#openCreating(ctx, path, flags, mode, at);
    const dentry = this.walk.find(ctx, openOperations(flags), at, path, (flags & O_NOFOLLOW) === 0);
    return this.#openDentry(ctx, dentry, flags);
  }

  /** Opens a directory to list it, which is all that the guard is asked about. */
  openDirectory(ctx: FsContext, path: string): FileDescription {
    const dentry = this.find(ctx, "readdir", path);
    return this.#openDentry({ ...ctx, guard: null }, dentry, O_RDONLY | O_DIRECTORY);
  }

  /** open(2) of a file that was found already, and that the guard was asked about. */
  #openDentry(ctx: FsContext, dentry: Dentry, flags: number): FileDescription {
    const { inode } = dentry;
    const needs = ACCESS_NEEDS[flags & O_ACCMODE]! | ((flags & O_TRUNC) !== 0 ? W_OK : 0);
    const type = inode.mode & S_IFMT;
    if ((flags & O_DIRECTORY) !== 0 && type !== S_IFDIR) throw ENOTDIR;
    if (type === S_IFLNK) throw ELOOP;
    if (type === S_IFDIR && (needs & W_OK) !== 0) throw EISDIR;
    if ((needs & W_OK) !== 0 && type === S_IFREG) this.requireWritable(dentry);
    if (!permits(ctx.creds, inode, needs)) throw EACCES;
    if ((flags & O_NOATIME) !== 0 && !owns(ctx.creds, inode)) throw EPERM;
    // An open directory can be listed, and is not asked about again.
    if (type === S_IFDIR) ctx.guard?.authorize("readdir", dentry);
    const file = this.#attach(dentry, flags, type);
    if ((flags & O_TRUNC) !== 0 && type === S_IFREG) {
      try {
        dropSetIds(ctx.creds, inode);
        inode.truncate(0);
      } catch (error) {
        file.decRef();
        throw error;
      }
      notify(dentry, IN_MODIFY);
    }
    return file;
  }

  #attach(dentry: Dentry, flags: number, type: number): FileDescription {
    const { inode } = dentry;
    const isOrdinary = type === S_IFREG || type === S_IFDIR || inode.opensItself;
    const file = isOrdinary ? inode.open(dentry, flags) : this.#endpointOf(inode, type).open(dentry, flags);
    notify(dentry, IN_OPEN);
    return file;
  }

  #endpointOf(inode: Inode, type: number): Endpoint {
    const endpoint = inode.endpoint ?? this.#special.get(type)?.(inode);
    if (endpoint === undefined) throw ENXIO;
    return endpoint;
  }

  #openCreating(ctx: FsContext, path: string, flags: number, mode: number, at: Dentry): FileDescription {
    if ((flags & O_DIRECTORY) !== 0) throw EINVAL;
    const { walk } = this;
    const operations = openOperations(flags);
    const exclusive = (flags & O_EXCL) !== 0;
    let dir = walk.resolveParent(ctx, at, path);
    for (;;) {
      if (walk.kind !== LAST_NORMAL) throw exclusive ? EEXIST : EISDIR;
      if (walk.slash) throw EISDIR;
      const { name } = walk;
      const found = walk.lookup(dir, name);
      if (found === undefined) {
        for (const operation of operations) walk.authorizeLast(ctx, operation, dir);
        this.requireWritable(dir);
        checkCreate(ctx.creds, dir);
        const dentry = dir.inode.create(dir, checkName(name), newAttributes(ctx, dir, S_IFREG | (mode & 0o7777)));
        notifyEntry(dir.inode, IN_CREATE, dentry.name, dentry.inode);
        // Who makes a file may open it in any mode, whatever permissions it got.
        return this.#attach(dentry, flags, S_IFREG);
      }
      const follow = found.inode.isSymlink && !exclusive && (flags & O_NOFOLLOW) === 0;
      const destination = follow ? found.inode.jump() : found;
      if (destination === null) {
        dir = walk.resolveTargetParent(ctx, dir, found);
        continue;
      }
      for (const operation of operations) ctx.guard?.authorize(operation, destination);
      if (exclusive) throw EEXIST;
      if (destination.inode.isDirectory) throw EISDIR;
      return this.#openDentry(ctx, destination, flags);
    }
  }

  #openPath(ctx: FsContext, path: string, flags: number, at: Dentry): FileDescription {
    const dentry = this.walk.find(ctx, openOperations(flags), at, path, (flags & O_NOFOLLOW) === 0);
    if ((flags & O_DIRECTORY) !== 0 && !dentry.inode.isDirectory) throw ENOTDIR;
    return new PathDescription(dentry, flags & (O_PATH | O_DIRECTORY | O_NOFOLLOW));
  }

  #openUnnamed(ctx: FsContext, path: string, flags: number, mode: number, at: Dentry): FileDescription {
    if ((flags & O_TMPFILE) !== O_TMPFILE || (flags & O_ACCMODE) === O_RDONLY || (flags & O_CREAT) !== 0) throw EINVAL;
    const dir = this.walk.find(ctx, openOperations(flags), at, path, true);
    if (!dir.inode.isDirectory) throw ENOTDIR;
    this.requireWritable(dir);
    checkCreate(ctx.creds, dir);
    const dentry = dir.inode.createUnnamed(dir, newAttributes(ctx, dir, S_IFREG | (mode & 0o7777)));
    return this.#attach(dentry, flags & ~O_TMPFILE, S_IFREG);
  }

  // Looking.

  stat(ctx: FsContext, path: string, follow = true, at: Dentry = ctx.cwd): Stat {
    return this.find(ctx, "stat", path, follow, at).inode.stat();
  }

  /** stat(2) straight into an array of STAT_FIELDS elements. */
  statInto(out: Float64Array | BigInt64Array, ctx: FsContext, path: string, follow = true, at: Dentry = ctx.cwd): void {
    this.walk.find(ctx, STAT_OPERATIONS, at, path, follow).inode.statInto(out);
  }

  /** access(2), faccessat2(2): `mode` is F_OK or a mask of R_OK, W_OK, X_OK; real ids unless `effective`. */
  access(ctx: FsContext, path: string, mode: number, effective = false, follow = true, at: Dentry = ctx.cwd): void {
    if ((mode & ~(R_OK | W_OK | X_OK)) !== 0) throw EINVAL;
    const asker = effective ? ctx : { ...ctx, creds: realCredentials(ctx.creds) };
    const { inode } = this.find(asker, "stat", path, follow, at);
    if ((mode & W_OK) !== 0 && inode.fs.readOnly && isStored(inode)) throw EROFS;
    if (!permits(asker.creds, inode, mode)) throw EACCES;
  }

  readlink(ctx: FsContext, path: string, at: Dentry = ctx.cwd): string {
    const { inode } = this.find(ctx, "readlink", path, false, at);
    if (!inode.isSymlink) throw EINVAL;
    inode.markAccessed();
    return inode.readlink();
  }

  statfs(ctx: FsContext, path: string): StatFs {
    return this.find(ctx, "stat", path).inode.fs.statfs();
  }

  fstatfs(file: FileDescription): StatFs {
    return this.dentryOf(file).inode.fs.statfs();
  }

  // Entries.

  mkdir(ctx: FsContext, path: string, mode: number, at: Dentry = ctx.cwd): void {
    this.#create(ctx, "mkdir", at, path, (dir, name) =>
      dir.inode.create(dir, name, newAttributes(ctx, dir, S_IFDIR | (mode & 0o1777))),
    );
  }

  /** mknod(2): `mode` carries the type (none: a regular file). Only root makes devices. */
  mknod(ctx: FsContext, path: string, mode: number, dev: number, at: Dentry = ctx.cwd): void {
    const type = mode & S_IFMT || S_IFREG;
    if (type === S_IFDIR) throw EPERM;
    if (![S_IFREG, S_IFIFO, S_IFSOCK, S_IFCHR, S_IFBLK].includes(type)) throw EINVAL;
    const isDevice = type === S_IFCHR || type === S_IFBLK;
    if (isDevice && (!Number.isInteger(dev) || dev < 0 || dev > 0xffffffff)) throw EINVAL;
    this.#create(ctx, "create", at, path, (dir, name) => {
      if (isDevice && ctx.creds.euid !== 0) throw EPERM;
      return dir.inode.create(dir, name, newAttributes(ctx, dir, type | (mode & 0o7777), isDevice ? dev : 0));
    });
  }

  symlink(ctx: FsContext, target: string, path: string, at: Dentry = ctx.cwd): void {
    if (target === "") throw ENOENT;
    checkTarget(target);
    this.#create(ctx, "symlink", at, path, (dir, name) =>
      dir.inode.symlink(dir, name, target, newAttributes({ ...ctx, umask: 0 }, dir, S_IFLNK | 0o777)),
    );
  }

  /** linkat(2); `follow` is AT_SYMLINK_FOLLOW. */
  link(
    ctx: FsContext,
    from: string,
    to: string,
    follow = false,
    fromAt: Dentry = ctx.cwd,
    toAt: Dentry = ctx.cwd,
  ): void {
    const source = this.walk.find(ctx, LINK_OPERATIONS, fromAt, from, follow);
    this.linkDentry(ctx, source, to, toAt);
  }

  /** linkat(2) of a file that was found already (AT_EMPTY_PATH). */
  linkDentry(ctx: FsContext, source: Dentry, to: string, at: Dentry = ctx.cwd): void {
    const { inode } = source;
    this.#create(ctx, "link", at, to, (dir, name) => {
      if (inode.fs !== dir.inode.fs) throw EXDEV;
      if (inode.isDirectory) throw EPERM;
      const dentry = dir.inode.link(dir, name, inode);
      notifySelf(inode, IN_ATTRIB);
      return dentry;
    });
  }

  /** What mkdir, mknod, symlink and link share: the walk and the checks, in Linux's order. */
  #create(
    ctx: FsContext,
    operation: FsOperation,
    at: Dentry,
    path: string,
    make: (dir: Dentry, name: string) => Dentry,
  ): void {
    const { walk } = this;
    const dir = walk.resolveParent(ctx, at, path);
    walk.authorizeLast(ctx, operation, dir);
    if (walk.kind !== LAST_NORMAL) throw EEXIST;
    const { name, slash } = walk;
    if (walk.lookup(dir, name) !== undefined) throw EEXIST;
    if (slash && operation !== "mkdir") throw ENOENT;
    this.requireWritable(dir);
    checkCreate(ctx.creds, dir);
    const dentry = make(dir, checkName(name));
    notifyEntry(dir.inode, IN_CREATE, dentry.name, dentry.inode);
  }

  rmdir(ctx: FsContext, path: string, at: Dentry = ctx.cwd): void {
    const { walk } = this;
    const dir = walk.resolveParent(ctx, at, path);
    walk.authorizeLast(ctx, "rm", dir);
    if (walk.kind === LAST_DOTDOT) throw ENOTEMPTY;
    if (walk.kind === LAST_DOT) throw EINVAL;
    if (walk.kind === LAST_ROOT) throw EBUSY;
    this.requireWritable(dir);
    const child = walk.lookup(dir, walk.name);
    if (child === undefined) throw ENOENT;
    checkRemove(ctx.creds, dir, child, true);
    if (child.parent === null) throw EBUSY;
    if (!child.inode.isEmpty) throw ENOTEMPTY;
    dir.inode.remove(dir, child);
    child.inode.evictIfUnused();
    notifyEntry(dir.inode, IN_DELETE, child.name, child.inode);
  }

  unlink(ctx: FsContext, path: string, at: Dentry = ctx.cwd): void {
    const { walk } = this;
    const dir = walk.resolveParent(ctx, at, path);
    walk.authorizeLast(ctx, "rm", dir);
    if (walk.kind !== LAST_NORMAL) throw EISDIR;
    this.requireWritable(dir);
    const child = walk.lookup(dir, walk.name);
    if (child === undefined) throw ENOENT;
    if (walk.slash) throw child.inode.isDirectory ? EISDIR : ENOTDIR;
    checkRemove(ctx.creds, dir, child, false);
    dir.inode.remove(dir, child);
    notifySelf(child.inode, IN_ATTRIB);
    child.inode.evictIfUnused();
    notifyEntry(dir.inode, IN_DELETE, child.name, child.inode);
  }

  /** renameat2(2): `flags` may be RENAME_NOREPLACE or RENAME_EXCHANGE. */
  rename(ctx: FsContext, from: string, to: string, flags = 0, fromAt: Dentry = ctx.cwd, toAt: Dentry = ctx.cwd): void {
    const { walk } = this;
    const source = this.#renameSide(ctx, walk.resolveParent(ctx, fromAt, from));
    const target = this.#renameSide(ctx, walk.resolveParent(ctx, toAt, to));
    checkName(target.name);
    renameEntry(ctx, source, target, flags, this.#renameTools);
  }

  #renameSide(ctx: FsContext, dir: Dentry): RenameSide {
    this.walk.authorizeLast(ctx, "rename", dir);
    const { name, kind, slash } = this.walk;
    return { dir, name, kind, slash };
  }

  /** mkdtemp(3) with Node's meaning: six random characters are appended to `prefix`. Returns the new path. */
  mkdtemp(ctx: FsContext, prefix: string): string {
    // The guard is asked once, about a name that tells what it is.
    this.walk.authorizeLast(ctx, "mkdir", this.walk.resolveParent(ctx, ctx.cwd, `${prefix}XXXXXX`));
    const asked = { ...ctx, guard: null };
    for (let attempt = 0; attempt < TEMPORARY_ATTEMPTS; attempt++) {
      let path = prefix;
      for (let i = 0; i < 6; i++) path += TEMPORARY_LETTERS[randomInt(TEMPORARY_LETTERS.length)];
      try {
        this.mkdir(asked, path, 0o700);
        return path;
      } catch (error) {
        if (error !== EEXIST) throw error;
      }
    }
    throw EEXIST;
  }

  // Attributes.

  /** truncate(2); `length` in bytes. */
  truncate(ctx: FsContext, path: string, length: number): void {
    if (!Number.isInteger(length) || length < 0) throw EINVAL;
    const dentry = this.find(ctx, "truncate", path);
    const { inode } = dentry;
    if (inode.isDirectory) throw EISDIR;
    if (!inode.isRegular) throw EINVAL;
    if (!permits(ctx.creds, inode, W_OK)) throw EACCES;
    this.requireWritable(dentry);
    dropSetIds(ctx.creds, inode);
    inode.truncate(length);
    notify(dentry, IN_MODIFY);
  }

  chmod(ctx: FsContext, path: string, mode: number, follow = true, at: Dentry = ctx.cwd): void {
    changeMode(ctx, this.find(ctx, "chmod", path, follow, at), mode);
  }

  fchmod(ctx: FsContext, file: FileDescription, mode: number): void {
    changeMode(ctx, this.#changeable(file), mode);
  }

  /** chown(2), lchown(2): -1 leaves an id as it is. */
  chown(ctx: FsContext, path: string, uid: number, gid: number, follow = true, at: Dentry = ctx.cwd): void {
    changeOwner(ctx, this.find(ctx, "chown", path, follow, at), uid, gid);
  }

  fchown(ctx: FsContext, file: FileDescription, uid: number, gid: number): void {
    changeOwner(ctx, this.#changeable(file), uid, gid);
  }

  /** utimensat(2): nsec may be UTIME_NOW or UTIME_OMIT. */
  utimens(ctx: FsContext, path: string, atime: Timespec, mtime: Timespec, follow = true, at: Dentry = ctx.cwd): void {
    changeTimes(ctx, this.find(ctx, "utimes", path, follow, at), atime, mtime);
  }

  futimens(ctx: FsContext, file: FileDescription, atime: Timespec, mtime: Timespec): void {
    changeTimes(ctx, this.#changeable(file), atime, mtime);
  }

  #changeable(file: FileDescription): Dentry {
    if (file instanceof PathDescription) throw EBADF;
    return this.dentryOf(file);
  }

  /** The dentry of an open file: the start of an *at() call, fchdir(2). EINVAL if it has none (a socket, epoll…). */
  dentryOf(file: FileDescription): Dentry {
    if (file instanceof InodeDescription) return file.dentry;
    throw EINVAL;
  }

  // Watching.

  /** inotify_init1(2). EMFILE: too many instances. */
  createInotify(flags = 0): Inotify {
    return new Inotify(flags, this.#inotify);
  }

  /** inotify_add_watch(2): returns the watch descriptor. */
  watch(ctx: FsContext, inotify: Inotify, path: string, mask: number): number {
    const { inode } = this.find(ctx, "watch", path, (mask & IN_DONT_FOLLOW) === 0);
    if ((mask & IN_ONLYDIR) !== 0 && !inode.isDirectory) throw ENOTDIR;
    if (!permits(ctx.creds, inode, R_OK)) throw EACCES;
    return inotify.addWatch(inode, mask);
  }
}

const STAT_OPERATIONS: readonly FsOperation[] = ["stat"];
/** A new name gives whoever may use it all rights to the file: they must be there on the old name, too. */
const LINK_OPERATIONS: readonly FsOperation[] = ["link", "read", "write"];

/** What open(2) asks of the guard. */
function openOperations(flags: number): readonly FsOperation[] {
  const access = flags & O_ACCMODE;
  if (access === O_RDONLY && (flags & (O_TRUNC | O_CREAT)) === 0) return READ_OPERATIONS;
  const operations: FsOperation[] = [];
  if (access !== O_WRONLY) operations.push("read");
  if (access !== O_RDONLY || (flags & O_TRUNC) !== 0) operations.push("write");
  if ((flags & O_CREAT) !== 0) operations.push("create");
  return operations;
}

const READ_OPERATIONS: readonly FsOperation[] = ["read"];

/** Files whose writing a read-only mount forbids; devices and pipes only have their names there. */
const isStored = (inode: Inode): boolean => inode.isRegular || inode.isDirectory || inode.isSymlink;

function checkName(name: string): string {
  if (name.includes("\0")) throw EINVAL;
  return name;
}

function checkTarget(target: string): void {
  if (target.includes("\0")) throw EINVAL;
  if (target.length > PATH_MAX / 3 && nameLength(target) > PATH_MAX) throw ENAMETOOLONG;
}

/** Owner, group and mode of a new file in `dir`: umask(2), and the set-group-ID rule of inode(7). */
function newAttributes(ctx: FsContext, dir: Dentry, mode: number, rdev = 0): NewInode {
  const { creds } = ctx;
  const parent = dir.inode;
  let gid = creds.egid;
  let masked = mode & ~(ctx.umask & 0o777);
  if ((parent.mode & S_ISGID) !== 0) {
    gid = parent.gid;
    if ((mode & S_IFMT) === S_IFDIR) masked |= S_ISGID;
    else if ((mode & 0o2010) === 0o2010 && creds.euid !== 0 && !inGroup(creds, gid)) masked &= ~S_ISGID;
  }
  return { mode: masked, uid: creds.euid, gid, rdev };
}
