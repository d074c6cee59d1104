import type { Dentry } from "./dentry.ts";

/** What a rule of permission scope fs may name. */
export type FsOperation =
  | "read"
  | "write"
  | "create"
  | "stat"
  | "readdir"
  | "mkdir"
  | "rm"
  | "rename"
  | "link"
  | "symlink"
  | "readlink"
  | "chmod"
  | "chown"
  | "utimes"
  | "truncate"
  | "watch"
  | "chdir";

/** A place in a directory, where a file is or not. */
export interface Place {
  readonly dir: Dentry;
  readonly name: string;
}

/**
 * Who is asked before a path operation acts, about what its walk found: never about a path, which may mean another file
 * a moment later. Each method throws EACCES to refuse. The mode bits are asked besides.
 */
export interface FsGuard {
  /** About a file that is there. */
  authorize(operation: FsOperation, file: Dentry): void;
  /** About the name of an entry, whether there is one or not. */
  authorizeEntry(operation: FsOperation, place: Place): void;
  /** About all that lies below `moved` and goes along from one place to the other. EXDEV: there is too much of it. */
  authorizeMove(moved: Dentry, from: Place, to: Place): void;
}
