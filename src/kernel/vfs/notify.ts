import { IN_ATTRIB, IN_ISDIR } from "../../abi/inotify.ts";
import { S_IFDIR, S_IFMT } from "../../abi/mode.ts";
import type { Dentry } from "./dentry.ts";
import type { Inode } from "./inode.ts";

/** What wants to hear of an inode: a watch of an inotify instance. */
export interface Watch {
  /** @param name the entry concerned, "" for the inode itself. @param unlinked that entry has no name any more. */
  deliver(event: number, cookie: number, name: string, unlinked: boolean): void;
  /** The inode is gone: the watch ends. */
  gone(): void;
}

const kind = (inode: Inode): number => ((inode.mode & S_IFMT) === S_IFDIR ? IN_ISDIR : 0);

function deliver(inode: Inode, event: number, cookie: number, name: string, unlinked: boolean): void {
  if (inode.watches === null) return;
  // A watch may remove itself (IN_ONESHOT) while it is told.
  for (const watch of [...inode.watches]) watch.deliver(event, cookie, name, unlinked);
}

/** Tells the watches of a file, and those of its directory under the file's name. */
export function notify(dentry: Dentry, event: number): void {
  const parent = dentry.parent;
  if (parent !== null && parent.inode.watches !== null) {
    deliver(parent.inode, event | kind(dentry.inode), 0, dentry.name, dentry.deleted);
  }
  if (dentry.inode.watches !== null) deliver(dentry.inode, event | kind(dentry.inode), 0, "", false);
}

/** Tells only the watches of a directory about one of its entries. */
export function notifyEntry(dir: Inode, event: number, name: string, inode: Inode, cookie = 0): void {
  if (dir.watches !== null) deliver(dir, event | kind(inode), cookie, name, false);
}

/** Tells only the watches of the inode itself. IN_MOVE_SELF and IN_DELETE_SELF don't carry IN_ISDIR. */
export function notifySelf(inode: Inode, event: number): void {
  if (inode.watches !== null) deliver(inode, event === IN_ATTRIB ? event | kind(inode) : event, 0, "", false);
}
