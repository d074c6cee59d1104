import type { Credentials } from "./credentials.ts";
import type { Dentry } from "./dentry.ts";
import type { FsGuard } from "./guard.ts";

/** What path operations need of a process; gVisor's `FSContext` with the credentials. One object lives per process. */
export interface FsContext {
  creds: Credentials;
  root: Dentry;
  cwd: Dentry;
  /** umask(2), permission bits to take away from new files. */
  umask: number;
  /** Asked by every operation; null: none restricts. */
  guard: FsGuard | null;
}
