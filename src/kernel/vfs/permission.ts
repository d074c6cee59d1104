import { S_IFDIR, S_IFMT, W_OK, X_OK } from "../../abi/mode.ts";
import type { Credentials } from "./credentials.ts";
import type { Inode } from "./inode.ts";

/**
 * Whether the mode bits of `inode` grant `want` (a mask of R_OK, W_OK, X_OK), path_resolution(7). Uid 0 has
 * CAP_DAC_OVERRIDE: it may do all, except execute a file that nobody may execute.
 */
export function permits(creds: Credentials, inode: Inode, want: number): boolean {
  const uid = creds.euid;
  const mode = inode.mode;
  if (uid === 0) return (want & X_OK) === 0 || (mode & 0o111) !== 0 || (mode & S_IFMT) === S_IFDIR;
  let bits = mode;
  if (uid === inode.uid) bits >>= 6;
  else if (inGroup(creds, inode.gid)) bits >>= 3;
  return (bits & want) === want;
}

export function inGroup(creds: Credentials, gid: number): boolean {
  return creds.egid === gid || creds.groups.includes(gid);
}

/** CAP_FOWNER: chmod, utimens and the like belong to the owner and to root. */
export function owns(creds: Credentials, inode: Inode): boolean {
  return creds.euid === 0 || creds.euid === inode.uid;
}

/** Whether the sticky bit of `dir` keeps `creds` from removing or renaming `child`, inode(7). */
export function stickyForbids(creds: Credentials, dir: Inode, child: Inode): boolean {
  return (dir.mode & 0o1000) !== 0 && !owns(creds, child) && !owns(creds, dir);
}

/** What adding or removing an entry asks of a directory. */
export const MODIFY_DIRECTORY: number = W_OK | X_OK;
