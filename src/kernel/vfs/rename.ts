import { RENAME_EXCHANGE, RENAME_NOREPLACE } from "../../abi/fcntl.ts";
import { IN_ATTRIB, IN_MOVE_SELF, IN_MOVED_FROM, IN_MOVED_TO } from "../../abi/inotify.ts";
import { W_OK } from "../../abi/mode.ts";
import { EACCES, EBUSY, EEXIST, EINVAL, EISDIR, ENOENT, ENOTDIR, ENOTEMPTY, EPERM, EROFS, EXDEV } from "../errno.ts";
import type { FsContext } from "./context.ts";
import type { Credentials } from "./credentials.ts";
import { type Dentry, isWithin } from "./dentry.ts";
import { notifyEntry, notifySelf } from "./notify.ts";
import { LAST_NORMAL } from "./path_walk.ts";
import { MODIFY_DIRECTORY, permits, stickyForbids } from "./permission.ts";

/** One side of a rename: where a walk to the parent ended. */
export interface RenameSide {
  dir: Dentry;
  name: string;
  kind: number;
  slash: boolean;
}

/** What a rename needs of the tree. */
export interface RenameTools {
  /** Finds an entry, across mounts. */
  lookup(dir: Dentry, name: string): Dentry | undefined;
  /** Numbers the pairs of inotify events. */
  nextCookie(): number;
}

/** May `creds` put a new entry into `dir`? */
export function checkCreate(creds: Credentials, dir: Dentry): void {
  if (dir.deleted) throw ENOENT;
  if (!permits(creds, dir.inode, MODIFY_DIRECTORY)) throw EACCES;
}

/** May `creds` take `child` out of `dir`, as a directory (`asDirectory`) or as any other file? */
export function checkRemove(creds: Credentials, dir: Dentry, child: Dentry, asDirectory: boolean): void {
  if (!permits(creds, dir.inode, MODIFY_DIRECTORY)) throw EACCES;
  if (stickyForbids(creds, dir.inode, child.inode)) throw EPERM;
  if (asDirectory) {
    if (!child.inode.isDirectory) throw ENOTDIR;
  } else if (child.inode.isDirectory) {
    throw EISDIR;
  }
}

/**
 * renameat2(2) between two looked-up places. The order of the checks is Linux's, since it decides which error a caller
 * sees.
 */
export function renameEntry(
  { creds, guard }: FsContext,
  from: RenameSide,
  to: RenameSide,
  flags: number,
  { lookup, nextCookie }: RenameTools,
): void {
  const exchange = (flags & RENAME_EXCHANGE) !== 0;
  const noReplace = (flags & RENAME_NOREPLACE) !== 0;
  if ((flags & ~(RENAME_EXCHANGE | RENAME_NOREPLACE)) !== 0 || (exchange && noReplace)) throw EINVAL;
  if (from.dir.inode.fs !== to.dir.inode.fs) throw EXDEV;
  if (from.kind !== LAST_NORMAL) throw EBUSY;
  if (to.kind !== LAST_NORMAL) throw noReplace ? EEXIST : EBUSY;
  if (from.dir.inode.fs.readOnly) throw EROFS;

  const source = lookup(from.dir, from.name);
  if (source === undefined) throw ENOENT;
  const target = lookup(to.dir, to.name);
  if (target === undefined && exchange) throw ENOENT;
  guard?.authorizeMove(source, from, to);
  if (exchange) guard?.authorizeMove(target!, from, to);
  if (target !== undefined && noReplace) throw EEXIST;
  const isDirectory = source.inode.isDirectory;
  if (!isDirectory && (from.slash || (!exchange && to.slash))) throw ENOTDIR;
  if (exchange && to.slash && !target!.inode.isDirectory) throw ENOTDIR;
  // A mounted filesystem's root stands for the directory that it covers.
  if (source.parent === null) throw EBUSY;
  if (isDirectory && isWithin(to.dir, source)) throw EINVAL;
  if (target?.inode.isDirectory && isWithin(from.dir, target)) throw exchange ? EINVAL : ENOTEMPTY;
  if (source.inode === target?.inode) return;

  checkRemove(creds, from.dir, source, isDirectory);
  if (target === undefined) checkCreate(creds, to.dir);
  else checkRemove(creds, to.dir, target, exchange ? target.inode.isDirectory : isDirectory);
  // Moving a directory rewrites its "..".
  if (from.dir !== to.dir) {
    if (isDirectory && !permits(creds, source.inode, W_OK)) throw EACCES;
    if (exchange && target!.inode.isDirectory && !permits(creds, target!.inode, W_OK)) throw EACCES;
  }
  if (target !== undefined && target.parent === null) throw EBUSY;
  if (!exchange && target?.inode.isDirectory && !target.inode.isEmpty) throw ENOTEMPTY;

  if (exchange) {
    from.dir.inode.exchange(from.dir, source, to.dir, target!);
    announceMove(nextCookie(), from.dir, target!.name, to.dir, source);
    announceMove(nextCookie(), to.dir, source.name, from.dir, target!);
    return;
  }
  const { name } = source;
  from.dir.inode.rename(from.dir, source, to.dir, to.name, target);
  announceMove(nextCookie(), from.dir, name, to.dir, source, target);
  target?.inode.evictIfUnused();
}

/** Names are the dentries': those of the walk may be slices, which hold a whole path as long as an event is queued. */
function announceMove(cookie: number, from: Dentry, name: string, to: Dentry, moved: Dentry, replaced?: Dentry): void {
  notifyEntry(from.inode, IN_MOVED_FROM, name, moved.inode, cookie);
  notifyEntry(to.inode, IN_MOVED_TO, moved.name, moved.inode, cookie);
  if (replaced !== undefined) notifySelf(replaced.inode, IN_ATTRIB);
  notifySelf(moved.inode, IN_MOVE_SELF);
}
