import type { Filesystem } from "../../vfs/filesystem.ts";
import type { FsQuota } from "../quota.ts";

/** A filesystem whose files are charged to a quota: what they know of the Tmpfs that they are in. */
export interface ChargedFilesystem extends Filesystem {
  readonly quota: FsQuota;
}
