import { IN_ATTRIB, IN_ISDIR } from "../../abi/inotify.ts";
import { S_IFDIR, S_IFMT } from "../../abi/mode.ts";
import type { Dentry } from "./dentry.ts";
import type { Inode } from "./inode.ts";
import { deliver } from "./watch.ts";

const kind = (inode: Inode): number => ((inode.mode & S_IFMT) === S_IFDIR ? IN_ISDIR : 0);

/** Tells the watches of a file, and those of its directory under the file's name. */
export function notify(dentry: Dentry, event: number): void {
  const parent = dentry.parent;
  if (parent !== null && parent.inode.watches !== null) {
    deliver(parent.inode.watches, event | kind(dentry.inode), 0, dentry.name, dentry.deleted);
  }
  if (dentry.inode.watches !== null) deliver(dentry.inode.watches, event | kind(dentry.inode), 0, "", false);
}

/** Tells only the watches of a directory about one of its entries. */
export function notifyEntry(dir: Inode, event: number, name: string, inode: Inode, cookie = 0): void {
  if (dir.watches !== null) deliver(dir.watches, event | kind(inode), cookie, name, false);
}

/** Tells only the watches of the inode itself. IN_MOVE_SELF and IN_DELETE_SELF don't carry IN_ISDIR. */
export function notifySelf(inode: Inode, event: number): void {
  if (inode.watches !== null) deliver(inode.watches, event === IN_ATTRIB ? event | kind(inode) : event, 0, "", false);
}
