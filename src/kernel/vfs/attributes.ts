import { IN_ACCESS, IN_ATTRIB, IN_MODIFY } from "../../abi/inotify.ts";
import { S_ISGID, S_ISUID, W_OK } from "../../abi/mode.ts";
import { UTIME_NOW, UTIME_OMIT } from "../../abi/time.ts";
import { EACCES, EINVAL, EOPNOTSUPP, EPERM, EROFS } from "../errno.ts";
import type { Timespec } from "./clock.ts";
import type { FsContext } from "./context.ts";
import type { Credentials } from "./credentials.ts";
import type { Dentry } from "./dentry.ts";
import type { Inode } from "./inode.ts";
import { notify } from "./notify.ts";
import { inGroup, owns, permits } from "./permission.ts";

/** chmod(2) on a resolved file. Errors: EOPNOTSUPP (symbolic links have no mode), EPERM, EROFS. */
export function changeMode(ctx: FsContext, dentry: Dentry, mode: number): void {
  const { inode } = dentry;
  if (inode.fs.readOnly) throw EROFS;
  if (inode.isSymlink) throw EOPNOTSUPP;
  if (!owns(ctx.creds, inode)) throw EPERM;
  let permissions = mode & 0o7777;
  if (ctx.creds.euid !== 0 && !inGroup(ctx.creds, inode.gid)) permissions &= ~S_ISGID;
  inode.setPermissions(permissions);
  notify(dentry, IN_ATTRIB);
}

/** chown(2) on a resolved file; -1 (or its unsigned form) leaves an id as it is. Errors: EPERM, EROFS, EINVAL. */
export function changeOwner(ctx: FsContext, dentry: Dentry, uid: number, gid: number): void {
  const { inode } = dentry;
  if (inode.fs.readOnly) throw EROFS;
  const newUid = ownerId(uid, inode.uid);
  const newGid = ownerId(gid, inode.gid);
  const { creds } = ctx;
  if (creds.euid !== 0) {
    const mayOwner = newUid === inode.uid && creds.euid === inode.uid;
    const mayGroup = newGid === inode.gid || inGroup(creds, newGid);
    const unchanged = newUid === inode.uid && newGid === inode.gid && uid === -1 && gid === -1;
    if (!(mayOwner && mayGroup) && !unchanged) throw EPERM;
  }
  if (!inode.isDirectory) {
    // An executable must not lend its new owner's rights unasked.
    const mode = withoutSetIds(creds, inode);
    if (mode !== inode.mode) {
      if (!owns(creds, inode)) throw EPERM;
      inode.setPermissions(mode & 0o7777);
    }
  }
  inode.setOwner(newUid, newGid);
  notify(dentry, IN_ATTRIB);
}

/** What a change of the content by who isn't root takes away: the file is no longer what its owner gave his rights to. */
export function dropSetIds(creds: Credentials, inode: Inode): void {
  if ((inode.mode & (S_ISUID | S_ISGID)) === 0 || creds.euid === 0) return;
  const mode = withoutSetIds(creds, inode);
  if (mode !== inode.mode) inode.setPermissions(mode & 0o7777);
}

/** The mode without S_ISUID and S_ISGID; the latter, without group execution, means locking, which the group may keep. */
function withoutSetIds(creds: Credentials, inode: Inode): number {
  const mode = inode.mode & ~S_ISUID;
  const keepsGroup = (mode & 0o010) === 0 && (creds.euid === 0 || inGroup(creds, inode.gid));
  return keepsGroup ? mode : mode & ~S_ISGID;
}

function ownerId(id: number, current: number): number {
  if (id === -1 || id === 0xffffffff) return current;
  if (!Number.isInteger(id) || id < 0 || id > 0xffffffff) throw EINVAL;
  return id;
}

/**
 * utimensat(2) on a resolved file. Errors: EPERM (explicit times by a stranger), EACCES (now, without write
 * permission).
 */
export function changeTimes(ctx: FsContext, dentry: Dentry, atime: Timespec, mtime: Timespec): void {
  const { inode } = dentry;
  checkTime(atime);
  checkTime(mtime);
  if (atime.nsec === UTIME_OMIT && mtime.nsec === UTIME_OMIT) return;
  if (inode.fs.readOnly) throw EROFS;
  if (!owns(ctx.creds, inode)) {
    if (atime.nsec !== UTIME_NOW || mtime.nsec !== UTIME_NOW) throw EPERM;
    if (!permits(ctx.creds, inode, W_OK)) throw EACCES;
  }
  const { clock } = inode.fs;
  clock.tick();
  const a = pickTime(atime, clock, inode.atimeSec, inode.atimeNsec);
  const m = pickTime(mtime, clock, inode.mtimeSec, inode.mtimeNsec);
  inode.setTimes(a.sec, a.nsec, m.sec, m.nsec);
  if (atime.nsec === UTIME_OMIT) notify(dentry, IN_MODIFY);
  else notify(dentry, mtime.nsec === UTIME_OMIT ? IN_ACCESS : IN_ATTRIB);
}

function checkTime({ sec, nsec }: Timespec): void {
  if (nsec === UTIME_NOW || nsec === UTIME_OMIT) return;
  if (!Number.isInteger(nsec) || nsec < 0 || nsec > 999_999_999) throw EINVAL;
  if (!Number.isSafeInteger(sec)) throw EINVAL;
}

function pickTime(wanted: Timespec, now: Timespec, sec: number, nsec: number): Timespec {
  if (wanted.nsec === UTIME_NOW) return { sec: now.sec, nsec: now.nsec };
  if (wanted.nsec === UTIME_OMIT) return { sec, nsec };
  return wanted;
}
