/** What wants to hear of an inode: a watch of an inotify instance. */
export interface Watch {
  /** @param name the entry concerned, "" for the inode itself. @param unlinked that entry has no name any more. */
  deliver(event: number, cookie: number, name: string, unlinked: boolean): void;
  /** The inode is gone: the watch ends. */
  gone(): void;
}

/** Tells all `watches` of an event. */
export function deliver(
  watches: ReadonlySet<Watch>,
  event: number,
  cookie: number,
  name: string,
  unlinked: boolean,
): void {
  // A watch may remove itself (IN_ONESHOT) while it is told.
  for (const watch of [...watches]) watch.deliver(event, cookie, name, unlinked);
}
